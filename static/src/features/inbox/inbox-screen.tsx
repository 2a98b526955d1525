import { Button, Skeleton } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useSession } from '@/api/queries';
import { Delayed } from '@/ui/delayed';
import { EmptyState } from '@/ui/empty-state';
import { useTitle } from '@/ui/title';
import { Conversation } from './components/conversation';
import { ConversationList } from './components/conversation-list';
import classes from './components/inbox.module.css';
import { loadDrafts } from './drafts';
import { isView, type View } from './lists';
import { useLiveConversation } from './use-conversation';

/** Customers' conversations at the left, the open one beside them, its customer at the right; on a phone one at a time. */
export default function InboxScreen() {
  const { t } = useTranslation();
  const { conversationId } = useParams();
  const [params, setParams] = useSearchParams();
  const asked = params.get('view');
  const view: View = isView(asked) ? asked : 'mine';
  const me = useSession()?.user.id;
  useTitle(conversationId ? undefined : t('inbox.title'));
  useEffect(() => {
    if (me) loadDrafts(me);
  }, [me]);
  return (
    <div className={classes.screen} data-open={conversationId !== undefined || undefined}>
      <ConversationList
        view={view}
        onView={(next) => setParams(next === 'mine' ? {} : { view: next }, { replace: true })}
      />
      <div className={classes.pane}>
        {conversationId ? (
          <OpenConversation key={conversationId} id={conversationId} />
        ) : (
          <EmptyState title={t('inbox.chooseTitle')} hint={t('inbox.chooseHint')} />
        )}
      </div>
    </div>
  );
}

function OpenConversation({ id }: { id: string }) {
  const { t } = useTranslation();
  const live = useLiveConversation(id);
  if (live.lost) {
    const wasInside = live.lost === 'access_withdrawn';
    return (
      <EmptyState
        title={t(wasInside ? 'inbox.withdrawnTitle' : 'inbox.notFoundTitle')}
        hint={t(wasInside ? 'inbox.withdrawnHint' : 'inbox.notFoundHint')}
        action={
          <Button component={Link} to="/inbox">
            {t('inbox.back')}
          </Button>
        }
      />
    );
  }
  if (!live.state) {
    return (
      <Delayed>
        <div className={classes.skeletons} aria-hidden>
          <Skeleton height={36} width="40%" />
          <Skeleton height={52} width="55%" />
          <Skeleton height={52} width="45%" ml="auto" />
          <Skeleton height={52} width="60%" />
        </div>
      </Delayed>
    );
  }
  return <Conversation conversation={live.state} live={live} />;
}

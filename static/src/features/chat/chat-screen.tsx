import { Button, Skeleton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { useSession } from '@/api/queries';
import { Delayed } from '@/ui/delayed';
import { EmptyState } from '@/ui/empty-state';
import classes from './components/chat.module.css';
import { Conversation } from './components/conversation';
import { NewRoom } from './components/new-room';
import { RoomList } from './components/room-list';
import { loadDrafts } from './drafts';
import { useLiveRoom } from './use-room';

/** The team talks among itself: rooms at the left, the open one beside them; on a phone one at a time. */
export default function ChatScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { roomId } = useParams();
  const me = useSession()?.user.id;
  const [creating, setCreating] = useState<'direct' | 'group' | null>(null);
  useEffect(() => {
    if (me) loadDrafts(me);
  }, [me]);
  return (
    <div className={classes.screen} data-open={roomId !== undefined || undefined}>
      <RoomList onNew={setCreating} />
      <div className={classes.pane}>
        {roomId ? (
          <OpenRoom key={roomId} roomId={roomId} />
        ) : (
          <EmptyState title={t('chat.chooseTitle')} hint={t('chat.chooseHint')} />
        )}
      </div>
      <NewRoom
        kind={creating}
        onClose={() => setCreating(null)}
        onCreated={(id) => {
          setCreating(null);
          navigate(`/chat/${id}`);
        }}
      />
    </div>
  );
}

function OpenRoom({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const live = useLiveRoom(roomId);
  if (live.lost) {
    const wasInside = live.lost === 'access_withdrawn';
    return (
      <EmptyState
        title={t(wasInside ? 'chat.withdrawnTitle' : 'chat.notFoundTitle')}
        hint={t('chat.notFoundHint')}
        action={
          <Button component={Link} to="/chat">
            {t('chat.back')}
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
          <Skeleton height={48} width="70%" />
          <Skeleton height={48} width="55%" />
        </div>
      </Delayed>
    );
  }
  return <Conversation room={live.state} live={live} />;
}

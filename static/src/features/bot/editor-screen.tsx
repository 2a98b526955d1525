import { Button, Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Problem } from '@/api/problem';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { useFlow } from './api';
import { Editor } from './components/editor';

export default function EditorScreen() {
  const { flowId = '' } = useParams();
  const { t } = useTranslation();
  const flow = useFlow(flowId);
  if (flow.data) return <Editor key={flow.data.id} flow={flow.data} />;
  if (flow.isPending) {
    return (
      <Delayed>
        <Skeleton height="100%" radius={0} />
      </Delayed>
    );
  }
  if (flow.error instanceof Problem && flow.error.status === 404) {
    return (
      <EmptyState
        title={t('bot.goneTitle')}
        hint={t('bot.goneHint')}
        action={
          <Button component={Link} to="/bot">
            {t('bot.back')}
          </Button>
        }
      />
    );
  }
  return <LoadError error={flow.error} retry={() => void flow.refetch()} />;
}

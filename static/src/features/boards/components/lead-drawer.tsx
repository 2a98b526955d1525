import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/pt-br';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { IconTrash, IconX } from '@tabler/icons-react';
import { type ReactNode, useCallback, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { EmptyState } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { NEW } from '../drafts';
import { boardUi } from '../store';
import type { Lead } from '../types';
import { useOpenBoard } from '../use-board';
import classes from './drawer.module.css';
import { LeadForm } from './lead-form';

/** A deal beside its board, which stays live and usable. On a phone it takes the whole screen. */
export default function LeadDrawer({ leadId }: { leadId: string }) {
  const { t, i18n } = useTranslation();
  const { board, past, readOnly, actions } = useOpenBoard();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const search = params.toString();
  const lead = board.leads.find((known) => known.id === leadId);

  const close = useCallback(() => {
    navigate({ pathname: `/boards/${board.id}`, search });
    boardUi.set({ focusId: leadId });
  }, [navigate, board.id, search, leadId]);

  if (leadId !== NEW && !lead) {
    return (
      <Panel title={t(past ? 'lead.notThenTitle' : 'lead.goneTitle')} onClose={close}>
        <EmptyState
          title={t(past ? 'lead.notThenTitle' : 'lead.goneTitle')}
          hint={past ? undefined : t('lead.goneHint')}
          action={<Button onClick={close}>{t('common.close')}</Button>}
        />
      </Panel>
    );
  }
  const remove = lead && !readOnly && (
    <Tooltip label={t('common.delete')}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('common.delete')}
        onClick={() => {
          actions.deleteLead(lead);
          close();
        }}
      >
        <IconTrash size={18} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Panel title={lead?.title ?? t('lead.new')} actions={remove} onClose={close}>
      <DatesProvider settings={{ locale: i18n.language === 'pt-BR' ? 'pt-br' : 'en', firstDayOfWeek: 0 }}>
        <LeadForm
          key={leadId}
          lead={lead ?? null}
          onDone={close}
          footnote={lead && <History lead={lead} />}
        />
      </DatesProvider>
    </Panel>
  );
}

interface PanelProps {
  title: string;
  actions?: ReactNode;
  onClose(): void;
  children: ReactNode;
}

function Panel({ title, actions, onClose, children }: PanelProps) {
  const { t } = useTranslation();
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  return (
    <section
      ref={panel}
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      className={classes.panel}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <header className={classes.head}>
        <h2 id={id}>{title}</h2>
        {actions}
        <Tooltip label={`${t('common.close')} (Esc)`}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('common.close')} onClick={onClose}>
            <IconX size={18} />
          </ActionIcon>
        </Tooltip>
      </header>
      {children}
    </section>
  );
}

function History({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const { people } = useOpenBoard();
  const formats = useFormats();
  const who = lead.created_by ? people.get(lead.created_by)?.full_name : undefined;
  const when = formats.relative(lead.created_at);
  return (
    <p className={classes.history}>
      <span title={formats.dateTime(lead.created_at)}>
        {who ? t('lead.created', { when, who }) : t('lead.createdAlone', { when })}
      </span>
      <span title={formats.dateTime(lead.updated_at)}>
        {t('lead.changed', { when: formats.relative(lead.updated_at) })}
      </span>
    </p>
  );
}

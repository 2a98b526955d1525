import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { ActionIcon } from '@mantine/core';
import { IconBuilding, IconCalendar, IconDots, IconPencil } from '@tabler/icons-react';
import { type CSSProperties, type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useCompanyName } from '@/api/companies';
import type { Actor } from '@/live/frames';
import { useFormats } from '@/ui/format';
import { firstName, PersonAvatar, personColor } from '@/ui/person-avatar';
import { useLeadRow } from '../dnd';
import { useDrafts } from '../drafts';
import { daysUntil } from '../filters';
import { handOn } from '../locks';
import { type Direction, step } from '../ordering';
import { boardUi, useBoardUi } from '../store';
import { useTouchDrag } from '../touch-drag';
import { isUnsaved, type Lead, type StageKind } from '../types';
import { useBoardTools } from '../use-board';
import board from './board.module.css';
import classes from './card.module.css';

/** From this many days before its close date a deal is shown in amber. */
const SOON_DAYS = 3;

const ARROWS: Record<string, Direction> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

interface Props {
  lead: Lead;
  stageKind: StageKind;
}

export const Card = memo(function Card({ lead, stageKind }: Props) {
  const { t } = useTranslation();
  const { people, readOnly, past } = useBoardTools();
  const [params] = useSearchParams();
  const formats = useFormats();
  const row = useRef<HTMLDivElement>(null);
  const card = useRef<HTMLElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  const unsaved = isUnsaved(lead);
  const held = useBoardUi((ui) => ui.draggingId === lead.id);
  const hand = useBoardUi((ui) => handOn(ui.others, lead.id));
  // What is in one's own hand already stays there.
  const fixed = unsaved || readOnly || (hand !== null && !held);
  useLeadRow(row, card, lead, fixed);
  useTouchDrag(card, lead, fixed, () => card.current && openMenu(lead.id, card.current));
  const landing = useBoardUi((ui) => ui.landing?.beforeId === lead.id);
  const wantsFocus = useBoardUi((ui) => ui.focusId === lead.id);
  const touched = useBoardUi((ui) => (ui.marked?.leadId === lead.id ? ui.marked.by : null));
  const marked = past ? touched : hand;
  const hasDraft = useDrafts((drafts) => lead.id in drafts);
  const onKeyDown = useCardKeys(lead);

  useEffect(() => {
    if (!wantsFocus) return;
    link.current?.focus();
    boardUi.set({ focusId: null });
  }, [wantsFocus]);

  const owner = lead.assigned_to ? people.get(lead.assigned_to) : undefined;
  const title = (
    <span className={classes.title}>
      {lead.title}
      {hasDraft && <IconPencil size={13} className={classes.draft} aria-hidden />}
    </span>
  );
  return (
    <div ref={row} className={board.rowInner}>
      {landing && <div className={board.landing} />}
      {marked && (
        <span className={classes.hand} style={whose(marked)}>
          {past ? marked.name : t('board.inHand', { who: firstName(marked.name) })}
        </span>
      )}
      {/* The keys of a card work wherever in it the focus is. */}
      <article
        ref={card}
        className={classes.card}
        data-lead-id={lead.id}
        data-priority={lead.priority}
        data-held={held || undefined}
        data-unsaved={unsaved || undefined}
        data-past={past || undefined}
        data-marked={marked ? true : undefined}
        style={marked ? whose(marked) : undefined}
        onKeyDown={onKeyDown}
      >
        {unsaved ? (
          title
        ) : (
          <Link
            ref={link}
            className={classes.open}
            to={{ pathname: `/boards/${lead.board_id}/leads/${lead.id}`, search: params.toString() }}
            draggable={false}
            aria-describedby="card-keys"
          >
            {title}
          </Link>
        )}
        <Company lead={lead} />
        <span className={classes.facts}>
          <span className={classes.value}>{lead.value !== null && formats.moneyShort(lead.value)}</span>
          <CloseDate lead={lead} stageKind={stageKind} />
          {unsaved && <span className={classes.sending}>{t('common.unsaved')}</span>}
          {owner && (
            <PersonAvatar person={owner} size={22} label={t('board.owner', { name: owner.full_name })} />
          )}
        </span>
        {lead.priority !== 'medium' && (
          <span className="visually-hidden">
            {t('priority.label', { name: t(`priority.${lead.priority}`) })}
          </span>
        )}
        {!unsaved && !readOnly && (
          <ActionIcon
            className={classes.cardMenu}
            variant="default"
            size={26}
            aria-label={t('board.cardMenu', { title: lead.title })}
            aria-haspopup="menu"
            onClick={(event) => openMenu(lead.id, event.currentTarget)}
          >
            <IconDots size={16} />
          </ActionIcon>
        )}
      </article>
    </div>
  );
}, sameOnScreen);

/** The company's name, and the way to it where it is one of the list. */
function Company({ lead: { company, company_id } }: { lead: Lead }) {
  const { mayReadCompanies } = useBoardTools();
  if (company_id === null || !mayReadCompanies) {
    return company && <span className={classes.company}>{company}</span>;
  }
  return (
    // Who goes by keys finds the same link in the open deal.
    <Link to={`/companies/${company_id}`} className={classes.companyLink} draggable={false} tabIndex={-1}>
      <IconBuilding size={13} stroke={1.8} aria-hidden />
      <span>{company ?? <CompanyName id={company_id} />}</span>
    </Link>
  );
}

function CompanyName({ id }: { id: string }) {
  return useCompanyName(id) ?? '…';
}

const whose = (person: Actor) => ({ '--who': personColor(person.id) }) as CSSProperties;

/** A move renumbers every card below it; none of them looks any different. */
function sameOnScreen(shown: Props, next: Props): boolean {
  const { lead: before } = shown;
  const { lead: after } = next;
  if (shown.stageKind !== next.stageKind) return false;
  if (before === after) return true;
  const fields = Object.keys(after) as (keyof Lead)[];
  return fields.every((field) => field === 'position' || before[field] === after[field]);
}

function openMenu(leadId: string, button: HTMLElement): void {
  boardUi.set({ menu: { leadId, anchor: button.getBoundingClientRect() } });
}

function CloseDate({ lead, stageKind }: Props) {
  const { t } = useTranslation();
  const { today } = useBoardTools();
  const formats = useFormats();
  if (!lead.expected_close_date) return null;
  const days = daysUntil(lead.expected_close_date, today);
  const when = stageKind !== 'open' || days > SOON_DAYS ? 'due' : days < 0 ? 'overdue' : 'dueSoon';
  const label = t(`board.${when}`, { date: formats.date(lead.expected_close_date) });
  return (
    <time className={classes.date} data-when={when} dateTime={lead.expected_close_date} title={label}>
      <IconCalendar size={13} stroke={1.8} aria-hidden />
      <span aria-hidden>{formats.dateShort(lead.expected_close_date)}</span>
      <span className="visually-hidden">{label}</span>
    </time>
  );
}

/** Arrows walk from card to card; with Alt they take the card along; M opens its menu. */
function useCardKeys(lead: Lead): (event: KeyboardEvent<HTMLElement>) => void {
  const { t } = useTranslation();
  const { latest } = useBoardTools();
  return (event) => {
    const open = latest();
    if (
      event.key.toLowerCase() === 'm' &&
      !open.readOnly &&
      !event.altKey &&
      !event.ctrlKey &&
      !event.metaKey
    ) {
      event.preventDefault();
      event.stopPropagation();
      openMenu(lead.id, event.currentTarget);
      return;
    }
    const direction = ARROWS[event.key];
    if (!direction || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const shownIn = (stageId: string) => open.columns.get(stageId) ?? [];
    if (!event.altKey) return walk(shownIn, open.board.stages, lead, direction);
    if (isUnsaved(lead) || open.readOnly) return;

    const hand = handOn(boardUi.get().others, lead.id);
    if (hand) return announce(t('board.announceInHand', { who: firstName(hand.name), title: lead.title }));
    const destination = step(open.board, shownIn, lead, direction);
    if (!destination) return announce(t('board.announceEdge', { title: lead.title }));
    open.actions.moveLead(lead, destination);
    boardUi.set({ focusId: lead.id });
    const others = shownIn(destination.stageId).filter((other) => other.id !== lead.id);
    const position = others.findIndex((other) => other.id === destination.afterLeadId) + 2;
    const stage = open.board.stages.find(({ id }) => id === destination.stageId)?.name ?? '';
    announce(t('board.announceMoved', { title: lead.title, stage, position, total: others.length + 1 }));
  };
}

function walk(
  shownIn: (stageId: string) => readonly Lead[],
  stages: readonly { id: string }[],
  lead: Lead,
  direction: Direction,
): void {
  const column = shownIn(lead.stage_id);
  const index = column.findIndex((other) => other.id === lead.id);
  if (direction === 'up' || direction === 'down') {
    const next = column[direction === 'up' ? index - 1 : index + 1];
    if (next) boardUi.set({ focusId: next.id });
    return;
  }
  const along = direction === 'left' ? -1 : 1;
  const from = stages.findIndex((stage) => stage.id === lead.stage_id);
  // Empty stages have nothing to stand on; the next one with cards has.
  for (let at = from + along; at >= 0 && at < stages.length; at += along) {
    const cards = shownIn(stages[at]?.id ?? '');
    const next = cards[Math.min(index, cards.length - 1)];
    if (next) {
      boardUi.set({ focusId: next.id });
      return;
    }
  }
}

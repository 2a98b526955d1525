import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { Menu } from '@mantine/core';
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowUp,
  IconExternalLink,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { type Destination, dropBefore, step } from '../ordering';
import { boardUi, useBoardUi } from '../store';
import type { Lead } from '../types';
import { useOpenBoard } from '../use-board';
import classes from './board.module.css';

/** One menu for all cards, opened at the button of one: open, move anywhere, delete. */
export function CardMenu() {
  const { t } = useTranslation();
  const { board } = useOpenBoard();
  const menu = useBoardUi((ui) => ui.menu);
  const lead = board.leads.find((known) => known.id === menu?.leadId);
  const close = (giveFocusBack: boolean) => {
    const leadId = boardUi.get().menu?.leadId ?? null;
    boardUi.set({ menu: null, ...(giveFocusBack && { focusId: leadId }) });
  };
  if (!menu || !lead) return null;
  const { x, y, width, height } = menu.anchor;
  return (
    <Menu
      opened
      position="bottom-end"
      width={230}
      returnFocus={false}
      onClose={() => close(true)}
      transitionProps={{ duration: 80 }}
    >
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t('board.cardMenu', { title: lead.title })}
          className={classes.anchor}
          style={{ left: x, top: y, width, height }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('board.cardMenu', { title: lead.title })}>
        <Items lead={lead} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Items({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const { board, columns, actions } = useOpenBoard();
  const shownIn = (stageId: string) => columns.get(stageId) ?? [];

  const move = (destination: Destination | null) => {
    if (!destination) return;
    actions.moveLead(lead, destination);
    const stage = board.stages.find(({ id }) => id === destination.stageId)?.name ?? '';
    const others = shownIn(destination.stageId).filter((other) => other.id !== lead.id);
    const position = others.findIndex((other) => other.id === destination.afterLeadId) + 2;
    announce(t('board.announceMoved', { title: lead.title, stage, position, total: others.length + 1 }));
  };
  const up = step(board, shownIn, lead, 'up');
  const down = step(board, shownIn, lead, 'down');
  const first = shownIn(lead.stage_id)[0]?.id ?? null;

  return (
    <>
      <Menu.Item
        leftSection={<IconExternalLink size={15} />}
        onClick={() =>
          navigate({ pathname: `/boards/${board.id}/leads/${lead.id}`, search: params.toString() })
        }
      >
        {t('common.edit')}
      </Menu.Item>
      <Menu.Label>{t('board.moveTo')}</Menu.Label>
      {board.stages.map((stage) => (
        <Menu.Item
          key={stage.id}
          disabled={stage.id === lead.stage_id}
          leftSection={<i className={classes.dot} style={{ background: stage.color }} />}
          rightSection={stage.id === lead.stage_id ? <small>{t('board.here')}</small> : undefined}
          onClick={() => move(dropBefore(board, shownIn(stage.id), stage.id, null, lead.id))}
        >
          {stage.name}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item leftSection={<IconArrowUp size={15} />} disabled={!up} onClick={() => move(up)}>
        {t('board.moveUp')}
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowDown size={15} />} disabled={!down} onClick={() => move(down)}>
        {t('board.moveDown')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowBarToUp size={15} />}
        disabled={!up}
        onClick={() => move(dropBefore(board, shownIn(lead.stage_id), lead.stage_id, first, lead.id))}
      >
        {t('board.moveFirst')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowBarToDown size={15} />}
        disabled={!down}
        onClick={() => move(dropBefore(board, shownIn(lead.stage_id), lead.stage_id, null, lead.id))}
      >
        {t('board.moveLast')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item
        color="var(--danger)"
        leftSection={<IconTrash size={15} />}
        onClick={() => actions.deleteLead(lead)}
      >
        {t('common.delete')}
      </Menu.Item>
    </>
  );
}

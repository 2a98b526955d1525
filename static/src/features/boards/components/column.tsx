import { Button, Textarea } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { usePreferences } from '@/ui/preferences';
import { useStageTarget } from '../dnd';
import { boardUi, useBoardUi } from '../store';
import type { Lead, Stage, StageKind } from '../types';
import { useBoardTools } from '../use-board';
import classes from './board.module.css';
import { Card } from './card';
import { StageHeader } from './stage-header';

/** About the height of a card with its gap; the real one is measured. */
const ROW_HEIGHT = { comfortable: 98, compact: 76 };

export const Column = memo(function Column({ stage, leads }: { stage: Stage; leads: Lead[] }) {
  const { t } = useTranslation();
  const { filtering, mayManage, readOnly } = useBoardTools();
  const column = useRef<HTMLElement>(null);
  const handle = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useStageTarget(column, handle, list, stage.id, mayManage);
  const landing = useBoardUi((ui) => ui.landing?.stageId === stage.id);
  const landsLast = useBoardUi((ui) => ui.landing?.stageId === stage.id && ui.landing.beforeId === null);
  const held = useBoardUi((ui) => ui.draggingStageId === stage.id);
  const edge = useBoardUi((ui) => (ui.stageLanding?.stageId === stage.id ? ui.stageLanding.edge : undefined));
  const adding = useBoardUi((ui) => ui.addingTo === stage.id);
  const marked = useBoardUi((ui) => ui.marked !== null && leads.some(({ id }) => id === ui.marked?.leadId));
  useEffect(() => {
    if (marked) column.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [marked]);

  return (
    <section
      ref={column}
      className={classes.column}
      aria-label={stage.name}
      data-stage-id={stage.id}
      data-landing={landing || undefined}
      data-held={held || undefined}
      data-edge={edge}
    >
      <div ref={handle}>
        <StageHeader stage={stage} leads={leads} />
      </div>
      <div ref={list} className={classes.list} data-scrolls>
        {leads.length === 0 && !adding ? (
          <p className={classes.emptyStage}>
            {t(filtering ? 'board.emptyStageFiltered' : 'board.emptyStage')}
          </p>
        ) : (
          <Rows leads={leads} stageKind={stage.kind} scroller={list} />
        )}
        {landsLast && <div className={classes.landing} data-last />}
      </div>
      {!readOnly && <QuickAdd stageId={stage.id} stageName={stage.name} opened={adding} list={list} />}
    </section>
  );
});

interface RowsProps {
  leads: Lead[];
  stageKind: StageKind;
  scroller: React.RefObject<HTMLDivElement | null>;
}

function Rows({ leads, stageKind, scroller }: RowsProps) {
  const density = usePreferences((preferences) => preferences.density);
  // The card in hand stays mounted, or the browser would end the drag when it scrolls away.
  const heldIndex = useBoardUi((ui) => leads.findIndex((lead) => lead.id === ui.draggingId));
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      return heldIndex === -1 || shown.includes(heldIndex)
        ? shown
        : [...shown, heldIndex].sort((a, b) => a - b);
    },
    [heldIndex],
  );
  const rows = useVirtualizer({
    count: leads.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT[density],
    getItemKey: (index) => leads[index]?.id ?? index,
    overscan: 6,
    rangeExtractor,
  });

  const focusIndex = useBoardUi((ui) => {
    const wanted = ui.focusId ?? ui.marked?.leadId;
    return leads.findIndex((lead) => lead.id === wanted);
  });
  useEffect(() => {
    if (focusIndex !== -1) rows.scrollToIndex(focusIndex, { align: 'auto' });
  }, [focusIndex, rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another density means other heights
  useEffect(() => rows.measure(), [density, rows]);

  return (
    <ul className={classes.rows} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((item) => {
        const lead = leads[item.index];
        if (!lead) return null;
        return (
          <li
            key={item.key}
            ref={rows.measureElement}
            data-index={item.index}
            aria-setsize={leads.length}
            aria-posinset={item.index + 1}
            className={classes.row}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <Card lead={lead} stageKind={stageKind} />
          </li>
        );
      })}
    </ul>
  );
}

interface QuickAddProps {
  stageId: string;
  stageName: string;
  opened: boolean;
  list: React.RefObject<HTMLDivElement | null>;
}

/** A title and Enter make a deal; the field stays open for the next one. */
const QuickAdd = memo(function QuickAdd({ stageId, stageName, opened, list }: QuickAddProps) {
  const { t } = useTranslation();
  const { actions } = useBoardTools();
  const [title, setTitle] = useState('');
  const close = () => boardUi.set({ addingTo: null });

  const add = () => {
    const text = title.trim();
    if (!text) return;
    setTitle('');
    actions.createLead({ title: text, stage_id: stageId }).catch((error: unknown) => {
      notify.failed(t('lead.createRefused', { title: text }), describeError(error, t));
      setTitle((typed) => typed || text);
      boardUi.set({ addingTo: stageId });
    });
    requestAnimationFrame(() => list.current?.scrollTo({ top: list.current.scrollHeight }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      add();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  };

  if (!opened) {
    return (
      <div className={classes.columnFoot}>
        <Button
          fullWidth
          size="compact-sm"
          variant="subtle"
          color="gray"
          justify="flex-start"
          leftSection={<IconPlus size={15} />}
          aria-label={t('board.addLeadTo', { stage: stageName })}
          onClick={() => boardUi.set({ addingTo: stageId })}
        >
          {t('board.addLead')}
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.columnFoot}>
      <Textarea
        autoFocus
        autosize
        minRows={2}
        maxRows={4}
        maxLength={200}
        aria-label={t('board.quickTitle')}
        placeholder={t('board.quickTitle')}
        description={t('board.quickHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => !title.trim() && close()}
      />
    </div>
  );
});

import { ActionIcon, Button, Drawer, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconLayoutDistributeHorizontal,
} from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Problem } from '@/api/problem';
import { describeError } from '@/ui/errors';
import { LeaveGuard } from '@/ui/leave-guard';
import { notify } from '@/ui/notify';
import { useTitle } from '@/ui/title';
import { usePublishFlow } from '../api';
import { added, arranged, blank, type Flow, freshId, type Kind, placed, replaced, without } from '../drawing';
import { byNode, type NodeProblem, problemsOf } from '../problems';
import { type Drawing, useDrawing } from '../use-drawing';
import { AddNode } from './add-node';
import classes from './bot.module.css';
import { ConflictDialog } from './conflict-dialog';
import { EditorContext, type EditorState } from './editor-context';
import { NodeForm, NothingSelected } from './node-form';
import { NodeList } from './node-list';
import { Simulator } from './simulator';
import { Versions } from './versions';

const Canvas = lazy(() => import('./canvas'));

type View = 'canvas' | 'list';
type Side = 'step' | 'try';

export function Editor({ flow }: { flow: Flow }) {
  const { t } = useTranslation();
  useTitle(flow.name);
  const isWide = useMediaQuery('(min-width: 900px)', true, { getInitialValueInEffect: false });
  const drawing = useDrawing(flow, (theirs) => {
    const who = theirs.updated_by?.name ?? t('bot.conflict.somebody');
    notify.done(t('bot.conflict.replaced', { who }));
  });
  const [problems, setProblems] = useState<NodeProblem[]>([]);
  const [playing, setPlaying] = useState<string | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const [view, setView] = useState<View>('canvas');
  const [side, setSide] = useState<Side | null>(isWide ? 'step' : null);
  const { draft, change, undo, redo } = drawing;

  useHotkeys([
    ['mod+Z', undo],
    ['mod+shift+Z', redo],
  ]);

  const editor = useEditorState(drawing, problems, setProblems, { playing, selected }, (id) => {
    setSelected(id);
    if (id) setSide('step');
    else if (!isWide) setSide(null);
  });
  const node = draft.nodes.find(({ id }) => id === selected);
  const atNone = problems.filter((problem) => problem.node === null);

  const panel =
    side === 'try' ? (
      <Simulator flowId={flow.id} draft={draft} save={drawing.save} onPlaying={setPlaying} />
    ) : node ? (
      <NodeForm key={node.id} node={node} />
    ) : (
      <NothingSelected onAdd={<AddNode />} />
    );

  return (
    <EditorContext value={editor}>
      <div className={classes.editor}>
        <EditorHeader
          flow={flow}
          drawing={drawing}
          onProblems={(found) => {
            setProblems(found);
            const first = found.find((problem) => problem.node !== null);
            if (first?.node) editor.select(first.node);
          }}
        />
        <div className={classes.tools} role="toolbar" aria-label={t('bot.tools')}>
          <AddNode />
          <Tool label={t('bot.undo')} disabled={!drawing.canUndo} onClick={undo}>
            <IconArrowBackUp size={17} />
          </Tool>
          <Tool label={t('bot.redo')} disabled={!drawing.canRedo} onClick={redo}>
            <IconArrowForwardUp size={17} />
          </Tool>
          <Tool label={t('bot.arrange')} onClick={() => change(arranged)}>
            <IconLayoutDistributeHorizontal size={17} />
          </Tool>
          {isWide && (
            <SegmentedControl
              size="xs"
              aria-label={t('bot.view.label')}
              value={view}
              onChange={(value) => setView(value === 'list' ? 'list' : 'canvas')}
              data={(['canvas', 'list'] as const).map((value) => ({ value, label: t(`bot.view.${value}`) }))}
            />
          )}
          <SegmentedControl
            size="xs"
            ml="auto"
            aria-label={t('bot.side.label')}
            value={side ?? ''}
            onChange={(value) => setSide(value === 'try' ? 'try' : 'step')}
            data={(isWide ? (['step', 'try'] as const) : (['try'] as const)).map((value) => ({
              value,
              label: t(`bot.side.${value}`),
            }))}
          />
        </div>
        {atNone.length > 0 && (
          <p role="alert" className={classes.noStart}>
            {t('bot.noStart')}
          </p>
        )}
        <div className={classes.body}>
          <div className={classes.drawing}>
            {isWide && view === 'canvas' ? (
              <Suspense>
                <Canvas draft={draft} change={change} />
              </Suspense>
            ) : (
              <NodeList draft={draft} />
            )}
          </div>
          {isWide ? (
            <aside className={classes.side}>{panel}</aside>
          ) : (
            <Drawer
              opened={side !== null}
              onClose={() => {
                setSide(null);
                setSelected(null);
              }}
              position="bottom"
              size="88%"
              title={t(side === 'try' ? 'bot.try' : 'bot.side.step')}
              closeButtonProps={{ 'aria-label': t('common.close') }}
              classNames={{ body: classes.drawerBody, content: classes.drawer }}
            >
              {panel}
            </Drawer>
          )}
        </div>
      </div>
      <ConflictDialog drawing={drawing} />
      <LeaveGuard unsaved={drawing.saving !== 'saved'} save={drawing.save} />
    </EditorContext>
  );
}

function useEditorState(
  { draft, change }: Drawing,
  problems: NodeProblem[],
  setProblems: (change: (problems: NodeProblem[]) => NodeProblem[]) => void,
  { playing, selected }: Pick<EditorState, 'playing' | 'selected'>,
  select: (id: string | null) => void,
): EditorState {
  // A step that was changed since is judged again at the next publication.
  const forget = (ids: ReadonlySet<string>) =>
    setProblems((before) => before.filter(({ node }) => node === null || !ids.has(node)));
  const shownProblems = useMemo(() => byNode(problems), [problems]);
  const names = useMemo(
    () => [...new Set(draft.nodes.flatMap((node) => ('field' in node && node.field ? [node.field] : [])))],
    [draft.nodes],
  );
  return {
    nodes: draft.nodes,
    start: draft.start,
    names,
    problems: shownProblems,
    playing,
    selected,
    select,
    edit: (node, about) => {
      change((before) => replaced(before, node), about);
      forget(new Set([node.id]));
    },
    add: (kind: Kind) => {
      const id = freshId(draft, kind);
      change((before) => added(before, blank(kind, id, spotFor(before.nodes, selected))));
      select(id);
    },
    remove: (ids) => {
      change((before) => without(before, ids));
      forget(ids);
      if (selected && ids.has(selected)) select(null);
    },
    makeStart: (id) => {
      change((before) => ({ ...before, start: id }));
      setProblems((before) => before.filter(({ node }) => node !== null));
    },
  };
}

/** To the right of the chosen step, else below everything. */
function spotFor(nodes: EditorState['nodes'], selected: string | null) {
  const chosen = nodes.find(({ id }) => id === selected)?.position;
  if (chosen) {
    const x = chosen.x + 320;
    const taken = nodes.flatMap(({ position }) =>
      position && Math.abs(position.x - x) < 200 ? [position.y] : [],
    );
    return { x, y: taken.length > 0 ? Math.max(...taken) + 200 : chosen.y };
  }
  const lowest = Math.max(-200, ...nodes.map(({ position }) => position?.y ?? 0));
  return { x: Math.min(0, ...nodes.map(({ position }) => position?.x ?? 0)), y: lowest + 200 };
}

interface HeaderProps {
  flow: Flow;
  drawing: Drawing;
  onProblems(problems: NodeProblem[]): void;
}

function EditorHeader({ flow, drawing, onProblems }: HeaderProps) {
  const { t } = useTranslation();
  const publish = usePublishFlow(flow.id);
  const { draft, change, saving } = drawing;
  const hasChanges = flow.has_changes || saving !== 'saved' || flow.version === null;

  const onPublish = async () => {
    try {
      await drawing.save();
      const published = await publish.mutateAsync();
      onProblems([]);
      notify.done(t('bot.published', { name: published.name, version: published.version ?? 1 }));
    } catch (error) {
      const found = problemsOf(error);
      onProblems(found);
      const refused = error instanceof Problem && error.code === 'flow_invalid';
      notify.failed(
        t('bot.notPublished'),
        refused ? t('bot.problemTotal', { count: found.length }) : describeError(error, t),
      );
    }
  };

  return (
    <header className={classes.header}>
      <ActionIcon component={Link} to="/bot" variant="subtle" color="gray" aria-label={t('bot.back')}>
        <IconArrowLeft size={18} />
      </ActionIcon>
      <h1 className="visually-hidden">{draft.name}</h1>
      <TextInput
        className={classes.flowName}
        aria-label={t('bot.name')}
        value={draft.name}
        maxLength={100}
        error={draft.name.trim() ? undefined : t('validation.required')}
        onChange={(event) => {
          const name = event.currentTarget.value;
          change((before) => ({ ...before, name }), 'name');
        }}
      />
      <Versions flow={flow} differs={hasChanges} onTake={(before) => change(() => placed(before))} />
      <SaveState drawing={drawing} />
      <Tooltip label={t('bot.publishHint')}>
        <Button
          ml="auto"
          loading={publish.isPending}
          disabled={!hasChanges || !draft.name.trim()}
          onClick={() => void onPublish()}
        >
          {t('bot.publish')}
        </Button>
      </Tooltip>
    </header>
  );
}

function SaveState({ drawing: { saving, saveError, save } }: { drawing: Drawing }) {
  const { t } = useTranslation();
  return (
    <span className={classes.saving} role="status" data-failed={saving === 'failed' || undefined}>
      {saving === 'failed' ? (
        <>
          {t('bot.saveFailed')} {describeError(saveError, t)}{' '}
          <button type="button" onClick={() => void save().catch(() => undefined)}>
            {t('common.retry')}
          </button>
        </>
      ) : (
        t(saving === 'saved' ? 'bot.saved' : 'bot.saving')
      )}
    </span>
  );
}

interface ToolProps {
  label: string;
  disabled?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Tool({ label, disabled, onClick, children }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

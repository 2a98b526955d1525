import { Button, Skeleton } from '@mantine/core';
import {
  lazy,
  type RefObject,
  Suspense,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useNavigate, useParams, useSearchParams } from 'react-router';
import type { LiveEntity } from '@/live/react';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { Delayed } from '@/ui/delayed';
import { EmptyState } from '@/ui/empty-state';
import { ErrorBoundary } from '@/ui/error-boundary';
import { useTitle } from '@/ui/title';
import { AddStage } from './components/add-stage';
import classes from './components/board.module.css';
import { BoardHeader } from './components/board-header';
import { CardMenu } from './components/card-menu';
import { Column } from './components/column';
import { useBoardDrags } from './dnd';
import { NEW } from './drafts';
import { useGlide } from './glide';
import { type BoardHistory, useBoardHistory, useHistoryParam } from './history/use-history';
import { boardUi } from './store';
import type { Board } from './types';
import {
  BoardContext,
  BoardToolsContext,
  type OpenBoard,
  useAnnounceOthers,
  useBoardActions,
  useLiveBoard,
  useOpenBoard,
  useOpenBoardValue,
  useToolsOf,
} from './use-board';
import { useBoardPresence } from './use-presence';
import { useUndo } from './use-undo';

const LeadDrawer = lazy(() => import('./components/lead-drawer'));
const HistoryBar = lazy(() => import('./history/history-bar'));

export default function BoardScreen() {
  const { boardId = '' } = useParams();
  const [params] = useSearchParams();
  // As notifications and mails name a deal.
  const leadId = params.get('lead');
  if (leadId) return <Navigate to={`/boards/${boardId}/leads/${leadId}`} replace />;
  return <LiveBoard key={boardId} boardId={boardId} />;
}

function LiveBoard({ boardId }: { boardId: string }) {
  const live = useLiveBoard(boardId);
  const undo = useUndo(live);
  const actions = useBoardActions(live, undo.actions);
  const history = useBoardHistory(boardId, live);
  const shown = history?.moment?.board ?? live.state;
  const past = history !== null;
  const open = useOpenBoardValue(shown, past, actions, undo);
  const scroller = useRef<HTMLDivElement>(null);
  useGlide(live, shown, past);
  useAnnounceOthers(live, past);
  useBoardPresence(live);
  useBoardDrags(scroller, open);
  useEffect(() => boardUi.reset, []);
  useTitle(open?.board.name);
  const deleted = useDeleted(live);

  if (live.lost) return <LostBoard deleted={deleted} />;
  if (!open) {
    return (
      <Delayed>
        <LoadingBoard />
      </Delayed>
    );
  }
  return <OpenBoardScreen open={open} history={history} scroller={scroller} />;
}

interface OpenBoardScreenProps {
  open: OpenBoard;
  history: BoardHistory | null;
  scroller: RefObject<HTMLDivElement | null>;
}

function OpenBoardScreen({ open, history, scroller }: OpenBoardScreenProps) {
  const { leadId } = useParams();
  const tools = useToolsOf(open);
  return (
    <BoardContext.Provider value={open}>
      <BoardToolsContext.Provider value={tools}>
        <div className={classes.screen} data-drawer={leadId ? true : undefined}>
          <div className={classes.board} data-past={open.past || undefined}>
            <BoardHeader />
            {history && (
              <Suspense>
                <HistoryBar history={history} />
              </Suspense>
            )}
            <div ref={scroller} className={classes.columns} data-board-scroller>
              <Columns />
            </div>
          </div>
          {leadId && (
            <ErrorBoundary resetKey={leadId}>
              <Suspense>
                <LeadDrawer key={leadId} leadId={leadId} />
              </Suspense>
            </ErrorBoundary>
          )}
          <CardMenu />
        </div>
        <BoardKeys />
      </BoardToolsContext.Provider>
    </BoardContext.Provider>
  );
}

function Columns() {
  const { t } = useTranslation();
  const { board, columns, mayManage } = useOpenBoard();
  if (board.stages.length === 0 && !mayManage) return <EmptyState title={t('board.noStagesTitle')} />;
  return (
    <>
      {board.stages.map((stage) => (
        <Column key={stage.id} stage={stage} leads={columns.get(stage.id) ?? []} />
      ))}
      {mayManage && <AddStage />}
    </>
  );
}

/** Keys and palette entries of this screen. */
function BoardKeys() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { board, readOnly } = useOpenBoard();
  const [params] = useSearchParams();
  const history = useHistoryParam();
  const search = params.toString();
  const newLead = useMemo(
    () => () => void navigate({ pathname: `/boards/${board.id}/leads/${NEW}`, search }),
    [navigate, board.id, search],
  );
  useShortcuts(t('shortcuts.board'), [
    ...(readOnly ? [] : [{ keys: 'N', key: 'n', label: t('shortcuts.newLead'), run: newLead }]),
    {
      keys: '/',
      key: '/',
      label: t('shortcuts.search'),
      run: () => document.getElementById('board-search')?.focus(),
    },
    ...(history.opened ? [] : [{ keys: 'H', key: 'h', label: t('history.open'), run: () => history.open() }]),
    { keys: '← ↑ ↓ →', label: t('shortcuts.walk') },
    { keys: 'Alt ← ↑ ↓ →', label: t('shortcuts.move') },
    { keys: 'Enter', label: t('shortcuts.open') },
    { keys: 'M', label: t('shortcuts.menu') },
    { keys: 'Ctrl Z', label: t('shortcuts.undo') },
    { keys: 'Ctrl Shift Z', label: t('shortcuts.redo') },
  ]);
  const boardId = board.id;
  // Nobody waits for the palette while cards move.
  const leads = useDeferredValue(board.leads);
  const commands = useMemo<Command[]>(() => {
    const group = t('palette.openBoard');
    return [
      ...(readOnly
        ? []
        : [{ id: 'new-lead', group: t('palette.actions'), label: t('lead.new'), run: newLead }]),
      ...leads.map((lead) => ({
        id: `lead-${lead.id}`,
        group,
        label: lead.title,
        words: [lead.company, lead.name, ...lead.tags].filter(Boolean).join(' ') || lead.title,
        run: () => void navigate({ pathname: `/boards/${boardId}/leads/${lead.id}`, search }),
      })),
    ];
  }, [t, readOnly, newLead, leads, boardId, navigate, search]);
  useCommands('board', commands);
  return null;
}

function LostBoard({ deleted }: { deleted: boolean }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t(deleted ? 'board.deletedTitle' : 'board.goneTitle')}
      hint={deleted ? undefined : t('board.goneHint')}
      action={
        <Button component={Link} to="/boards">
          {t('board.goneAction')}
        </Button>
      }
    />
  );
}

function LoadingBoard() {
  return (
    <div className={classes.board} aria-hidden>
      <div className={classes.header}>
        <Skeleton height={20} width={260} />
      </div>
      <div className={classes.columns}>
        {[3, 2, 4, 1].map((cards, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a skeleton are all alike
          <div key={column} className={classes.column} style={{ padding: 12, gap: 8 }}>
            <Skeleton height={18} width="60%" mb={6} />
            {Array.from({ length: cards }, (_, card) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a skeleton are all alike
              <Skeleton key={card} height={84} radius="md" />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Whether the subscription ended because somebody deleted the board. */
function useDeleted({ topic }: LiveEntity<Board>): boolean {
  const [deleted, setDeleted] = useState(false);
  useEffect(() => topic.observe((event) => event.type === 'board.deleted' && setDeleted(true)), [topic]);
  return deleted;
}

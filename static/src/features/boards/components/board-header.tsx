import { ActionIcon, Badge, Button, TextInput, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconHistory,
  IconPlus,
  IconSearch,
  IconX,
} from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useFormats } from '@/ui/format';
import { sumAmounts } from '@/ui/money';
import { deedText } from '../deeds';
import { NEW } from '../drafts';
import { NO_FILTERS, writeFilters } from '../filters';
import { useHistoryParam } from '../history/use-history';
import { useOpenBoard } from '../use-board';
import classes from './board.module.css';
import { FilterMenu } from './filter-menu';
import { PresenceBar } from './presence-bar';

export function BoardHeader() {
  const { t } = useTranslation();
  const { board, filtering, readOnly } = useOpenBoard();
  const history = useHistoryParam();
  const [params, setParams] = useSearchParams();
  return (
    <header className={classes.header}>
      <div className={classes.name}>
        <h1>{board.name}</h1>
        {board.archived && (
          <Badge variant="light" color="gray" tt="none" title={t('boards.archivedHint')}>
            {t('boards.archived')}
          </Badge>
        )}
        <Summary />
      </div>
      <PresenceBar />
      <div className={classes.tools}>
        <SearchField />
        <FilterMenu />
        <Button
          className={classes.iconOnly}
          variant={history.opened ? 'light' : 'default'}
          leftSection={<IconHistory size={16} />}
          aria-label={t('history.title')}
          aria-pressed={history.opened}
          title={t('history.open')}
          onClick={history.opened ? history.close : history.open}
        >
          <span>{t('history.title')}</span>
        </Button>
        {filtering && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconX size={14} />}
            onClick={() => setParams(writeFilters(params, NO_FILTERS), { replace: true })}
          >
            {t('filters.clear')}
          </Button>
        )}
        {!readOnly && <UndoButtons />}
        {!readOnly && (
          <Button
            component={Link}
            to={{ pathname: `/boards/${board.id}/leads/${NEW}`, search: params.toString() }}
            leftSection={<IconPlus size={16} />}
            className={classes.iconOnly}
            aria-label={t('lead.new')}
          >
            <span>{t('lead.new')}</span>
          </Button>
        )}
      </div>
      <span id="card-keys" hidden>
        {t('board.keyboardHint')}
      </span>
    </header>
  );
}

/** One's own last change, taken back or done again; also by Ctrl Z outside of text fields. */
function UndoButtons() {
  const { t } = useTranslation();
  const { stack, actions } = useOpenBoard().undo;
  useHotkeys([
    ['mod+Z', actions.undo],
    ['mod+shift+Z', actions.redo],
    ['mod+Y', actions.redo],
  ]);
  const [last, next] = [stack.done.at(-1), stack.undone.at(-1)];
  const undo = last ? t('undo.undoWhat', { did: deedText(last.deed, t) }) : t('undo.undo');
  const redo = next ? t('undo.redoWhat', { did: deedText(next.deed, t) }) : t('undo.redo');
  return (
    <div className={classes.undo}>
      <Tooltip label={`${undo} (Ctrl Z)`} multiline maw={320}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={30}
          aria-label={undo}
          disabled={!last}
          onClick={actions.undo}
        >
          <IconArrowBackUp size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      {next && (
        <Tooltip label={`${redo} (Ctrl Shift Z)`} multiline maw={320}>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={redo} onClick={actions.redo}>
            <IconArrowForwardUp size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

/** How much in how many deals; with filters on, of what is shown. */
function Summary() {
  const { t } = useTranslation();
  const { board, columns, filtering, past } = useOpenBoard();
  const formats = useFormats();
  const shown = [...columns.values()].flat();
  const total = formats.money(sumAmounts((filtering ? shown : board.leads).map((lead) => lead.value)));
  const count = board.leads.length;
  return (
    <p className={classes.summary} role={past ? undefined : 'status'}>
      {filtering
        ? t('board.summaryFiltered', { total, shown: shown.length, count })
        : t('board.summary', { total, count })}
    </p>
  );
}

const TYPING_MS = 200;

/** Types at once, filters a moment later, so that the address does not change with every letter. */
function SearchField() {
  const { t } = useTranslation();
  const { filters } = useOpenBoard();
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(filters.text);
  const [written, setWritten] = useState(filters.text);
  if (filters.text !== written) {
    // Someone else (the clear button, a link) changed it.
    setWritten(filters.text);
    setText(filters.text);
  }

  useEffect(() => {
    if (text === filters.text) return;
    const timer = setTimeout(() => {
      setWritten(text);
      setParams(writeFilters(params, { ...filters, text }), { replace: true });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, filters, params, setParams]);

  return (
    <TextInput
      id="board-search"
      className={classes.search}
      type="search"
      aria-label={t('filters.search')}
      placeholder={t('filters.search')}
      leftSection={<IconSearch size={15} />}
      rightSection={
        text && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={22}
            aria-label={t('common.clear')}
            onClick={() => setText('')}
          >
            <IconX size={14} />
          </ActionIcon>
        )
      }
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && setText('')}
    />
  );
}

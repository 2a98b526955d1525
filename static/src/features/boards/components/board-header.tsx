import { ActionIcon, Badge, Button, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useFormats } from '@/ui/format';
import { sumAmounts } from '@/ui/money';
import { NEW } from '../drafts';
import { NO_FILTERS, writeFilters } from '../filters';
import { useOpenBoard } from '../use-board';
import classes from './board.module.css';
import { FilterMenu } from './filter-menu';

export function BoardHeader() {
  const { t } = useTranslation();
  const { board, filtering, readOnly } = useOpenBoard();
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
      <div className={classes.tools}>
        <SearchField />
        <FilterMenu />
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
        {!readOnly && (
          <Button
            component={Link}
            to={{ pathname: `/boards/${board.id}/leads/${NEW}`, search: params.toString() }}
            leftSection={<IconPlus size={16} />}
            className={classes.newLead}
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

/** How much in how many deals; with filters on, of what is shown. */
function Summary() {
  const { t } = useTranslation();
  const { board, columns, filtering } = useOpenBoard();
  const formats = useFormats();
  const shown = [...columns.values()].flat();
  const total = formats.money(sumAmounts((filtering ? shown : board.leads).map((lead) => lead.value)));
  const count = board.leads.length;
  return (
    <p className={classes.summary} role="status">
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

/** What every list of records consists of: a field that searches, headings that sort, rows, and pages. */
import { Button, Pagination, Skeleton, Table, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Delayed } from './delayed';
import { EmptyState, LoadError } from './empty-state';
import classes from './list.module.css';
import type { Sort } from './sorting';

/** Searches while one types; follows the address when that changes otherwise. */
export function SearchField(props: { label: string; sought: string; onSearch(search: string): void }) {
  const { label, sought, onSearch } = props;
  const [text, setText] = useState(sought);
  const sent = useRef(sought);
  const send = useDebouncedCallback((value: string) => {
    sent.current = value.trim();
    onSearch(value);
  }, 250);
  useEffect(() => {
    if (sought === sent.current) return;
    sent.current = sought;
    setText(sought);
  }, [sought]);
  return (
    <TextInput
      w={300}
      className={classes.search}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        send(event.currentTarget.value);
      }}
    />
  );
}

/** Filters beside the search. On a phone they would fill half of the screen: a button shows them. */
export function Filters({ inUse, children }: { inUse: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const [isOpen, open] = useDisclosure(inUse);
  return (
    <>
      <Button
        className={classes.phoneOnly}
        variant="default"
        leftSection={<IconAdjustmentsHorizontal size={16} stroke={1.7} />}
        aria-expanded={isOpen}
        onClick={open.toggle}
      >
        {t('common.filters')}
      </Button>
      <div className={classes.folding} data-open={isOpen || undefined}>
        {children}
      </div>
    </>
  );
}

/** The frame of a table of records; on a phone its rows become cards. */
export function ListTable({
  head,
  stale,
  children,
}: {
  head: ReactNode;
  stale: boolean;
  children: ReactNode;
}) {
  return (
    <div className={classes.frame} data-stale={stale || undefined} aria-busy={stale}>
      <Table className={classes.table} highlightOnHover verticalSpacing={6} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>{head}</Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}

interface HeadingProps<Field extends string> {
  field: Field;
  label: string;
  sort: Sort<Field>;
  figure?: boolean;
  onSort(field: Field): void;
}

export function SortHeading<Field extends string>({
  field,
  label,
  sort,
  figure,
  onSort,
}: HeadingProps<Field>) {
  const active = sort.field === field;
  const Arrow = sort.descending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th
      className={figure ? classes.figure : undefined}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton className={classes.heading} onClick={() => onSort(field)}>
        {label}
        {active && <Arrow size={14} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}

interface PagesProps {
  page: number;
  perPage: number;
  total: number;
  onPage(page: number): void;
}

export function Pages({ page, perPage, total, onPage }: PagesProps) {
  const { t } = useTranslation();
  const last = Math.max(1, Math.ceil(total / perPage));
  if (last === 1) return null;
  return (
    <Pagination
      mt="md"
      size="sm"
      value={Math.min(page, last)}
      total={last}
      onChange={onPage}
      getControlProps={(control) => ({ 'aria-label': t(`common.pages.${control}`) })}
      getItemProps={(number) => ({ 'aria-label': t('common.pages.number', { page: number }) })}
    />
  );
}

interface ListBodyProps<T> {
  query: {
    data: { items: T[]; total: number } | undefined;
    error: unknown;
    isLoadingError: boolean;
    isPending: boolean;
    refetch(): unknown;
  };
  /** What stands there where there is nothing to list. */
  empty: ReactNode;
  children(items: T[], total: number): ReactNode;
}

/** A page of a list, or why there is none. */
export function ListBody<T>({ query, empty, children }: ListBodyProps<T>) {
  if (query.isLoadingError) return <LoadError error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) {
    return (
      <Delayed>
        <LoadingRows />
      </Delayed>
    );
  }
  const { items, total } = query.data;
  return items.length === 0 ? empty : children(items, total);
}

interface NoRowsProps {
  /** Beyond the last page, the way back to the first. */
  beyond: boolean;
  onFirstPage(): void;
  filtered: boolean;
  noMatch: { title: string; hint: string };
  /** Where there is none at all. */
  none: ReactNode;
}

export function NoRows({ beyond, onFirstPage, filtered, noMatch, none }: NoRowsProps) {
  const { t } = useTranslation();
  if (beyond) {
    return (
      <EmptyState
        title={t('common.pageGone')}
        action={<Button onClick={onFirstPage}>{t('common.firstPage')}</Button>}
      />
    );
  }
  return filtered ? <EmptyState {...noMatch} /> : none;
}

function LoadingRows() {
  return (
    <div className={classes.frame} aria-hidden>
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton are all alike
        <Skeleton key={index} height={34} m={12} width="auto" />
      ))}
    </div>
  );
}

export function Nothing() {
  return (
    <Text span c="dimmed" size="sm">
      —
    </Text>
  );
}

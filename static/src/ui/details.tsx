/** What the screen of a single record consists of: the way back, two columns of sections, facts, and what was done to it. */
import { Anchor, Button, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Activity } from '@/api/types';
import classes from './details.module.css';
import { describeError } from './errors';
import { useFormats } from './format';
import { PersonAvatar } from './person-avatar';

export function BackLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Anchor component={Link} to={to} className={classes.back}>
      <IconArrowLeft size={15} aria-hidden />
      {children}
    </Anchor>
  );
}

interface SectionProps {
  title: string;
  /** How many, or how much. */
  note?: string | undefined;
  action?: ReactNode;
  children: ReactNode;
}

export function Section({ title, note, action, children }: SectionProps) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note && <span className={`tabular ${classes.note}`}>{note}</span>}
        {action}
      </header>
      {children}
    </section>
  );
}

/** Something known of the record; what is not known is left out. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A list that is read a page at a time, as a query has it. */
export interface Paged<T> {
  data: { pages: { items: T[] }[] } | undefined;
  error: unknown;
  isError: boolean;
  isSuccess: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
}

interface PagedRowsProps<T> {
  query: Paged<T>;
  /** What stands there while there is nothing. */
  empty: string;
  className?: string | undefined;
  /** Where the order says something. */
  ordered?: boolean;
  children(item: T): ReactNode;
}

/** The rows of a section, and the button for more of them. */
export function PagedRows<T>({ query, empty, className, ordered, children }: PagedRowsProps<T>) {
  const { t } = useTranslation();
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const List = ordered ? 'ol' : 'ul';
  return (
    <>
      {query.isError && (
        <Text role="alert" size="sm" c="var(--danger)">
          {describeError(query.error, t)}
        </Text>
      )}
      {query.isSuccess && items.length === 0 && <p className={classes.quiet}>{empty}</p>}
      {items.length > 0 && <List className={className ?? classes.rows}>{items.map(children)}</List>}
      {query.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="xs"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </>
  );
}

interface ActivityProps {
  query: Paged<Activity>;
  title: string;
  empty: string;
  /** What somebody did, and whether its single fields matter. */
  deed(activity: Activity): { text: string; listsFields: boolean };
  label(field: string): string;
  show(field: string, value: unknown): string;
}

/** Who changed what, when. */
export function ActivitySection({ query, title, empty, deed, label, show }: ActivityProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Section title={title}>
      <PagedRows query={query} empty={empty} className={classes.activity} ordered>
        {(activity) => {
          const { by, at, changes } = activity;
          const { text, listsFields } = deed(activity);
          return (
            <li key={activity.id}>
              <PersonAvatar person={{ id: by.id, full_name: by.name }} size={26} label="" />
              <div>
                <p>
                  <strong>{by.name}</strong> {text}{' '}
                  <span className={classes.when} title={formats.dateTime(at)}>
                    {formats.relative(at)}
                  </span>
                </p>
                {listsFields && (
                  <ul>
                    {changes.map(({ field, from, to }) => (
                      <li key={field}>
                        {label(field)}:{' '}
                        {!isNothing(from) && (
                          <>
                            <del>{show(field, from)}</del> →{' '}
                          </>
                        )}
                        {isNothing(to) ? t('common.emptied') : <span>{show(field, to)}</span>}
                      </li>
                    ))}
                  </ul>
                )}
              </div>
            </li>
          );
        }}
      </PagedRows>
    </Section>
  );
}

/** Where there was nothing before, or is nothing now. */
const isNothing = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

interface FootnoteProps {
  record: { created_at: string; updated_at: string };
  made: string;
  changed: string;
}

/** Since when the record is there, and as it stands. */
export function Footnote({ record, made, changed }: FootnoteProps) {
  const formats = useFormats();
  return (
    <p className={classes.footnote}>
      <span title={formats.dateTime(record.created_at)}>{made}</span>
      <span title={formats.dateTime(record.updated_at)}>{changed}</span>
    </p>
  );
}

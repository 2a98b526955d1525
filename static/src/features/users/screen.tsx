import { Badge, Button, Skeleton, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys, useMayI, useSession } from '@/api/queries';
import type { UserSummary } from '@/api/types';
import { useLeftAt, useStatus } from '@/live/online';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { Page } from '@/ui/page';
import { PersonAvatar } from '@/ui/person-avatar';
import { PersonMenu, RoleSelect } from './person-actions';
import classes from './users.module.css';

const NewUser = lazy(() => import('./new-user'));

const PER_PAGE = 50;

export default function UsersScreen() {
  const { t } = useTranslation();
  const mayManage = useMayI('users.manage');
  const [search, setSearch] = useState('');
  const [sought] = useDebouncedValue(search.trim(), 250);
  const [creating, dialog] = useDisclosure();
  const users = useUsers(sought);
  const people = useMemo(() => users.data?.pages.flatMap((page) => page.items) ?? [], [users.data]);
  const total = users.data?.pages.at(-1)?.total;

  return (
    <Page
      title={t('users.title')}
      count={total === undefined ? undefined : t('users.count', { count: total })}
      actions={
        mayManage && (
          <Button leftSection={<IconPlus size={16} />} onClick={dialog.open}>
            {t('users.new')}
          </Button>
        )
      }
      toolbar={
        <TextInput
          w={320}
          type="search"
          aria-label={t('users.search')}
          placeholder={t('users.search')}
          leftSection={<IconSearch size={15} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      }
    >
      {users.isLoadingError ? (
        <LoadError error={users.error} retry={() => void users.refetch()} />
      ) : users.isPending ? (
        <Delayed>
          <LoadingRows />
        </Delayed>
      ) : people.length === 0 ? (
        <EmptyState title={t('users.emptyTitle')} hint={t('users.emptyHint')} />
      ) : (
        <>
          <PeopleTable people={people} mayManage={mayManage} />
          {users.hasNextPage && (
            <Button
              variant="default"
              mt="md"
              loading={users.isFetchingNextPage}
              onClick={() => void users.fetchNextPage()}
            >
              {t('common.loadMore')}
            </Button>
          )}
        </>
      )}
      <Suspense>{creating && <NewUser onClose={dialog.close} />}</Suspense>
    </Page>
  );
}

function useUsers(search: string) {
  return useInfiniteQuery({
    queryKey: [...keys.users, 'list', search],
    queryFn: ({ pageParam }) => {
      const query = { page: pageParam, per_page: PER_PAGE, sort: 'full_name', ...(search && { search }) };
      return ask(api.GET('/api/v1/users', { params: { query } }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page * last.per_page < last.total ? last.page + 1 : undefined),
    placeholderData: (previous) => previous,
  });
}

function PeopleTable({ people, mayManage }: { people: UserSummary[]; mayManage: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={classes.frame}>
      <Table className={classes.table} highlightOnHover verticalSpacing={6} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('users.name')}</Table.Th>
            <Table.Th>{t('users.role')}</Table.Th>
            <Table.Th>{t('users.phone')}</Table.Th>
            <Table.Th>{t('users.lastSeen')}</Table.Th>
            <Table.Th>{t('users.status')}</Table.Th>
            {mayManage && (
              <Table.Th>
                <span className="visually-hidden">{t('common.more')}</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((person) => (
            <PersonRow key={person.id} person={person} mayManage={mayManage} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function PersonRow({ person, mayManage }: { person: UserSummary; mayManage: boolean }) {
  const { t } = useTranslation();
  const myself = useSession()?.user.id === person.id;
  return (
    <Table.Tr>
      <Table.Td className={classes.person} data-inactive={!person.is_active || undefined}>
        <PersonAvatar person={person} size={32} label="" />
        <span>
          <strong>{person.full_name}</strong>
          {myself && (
            <Badge size="xs" variant="light" tt="none">
              {t('users.you')}
            </Badge>
          )}
          <br />
          <span className={classes.email}>{person.email}</span>
        </span>
      </Table.Td>
      <Table.Td data-label={t('users.role')}>
        {mayManage && !myself ? (
          <RoleSelect person={person} />
        ) : (
          <Text size="sm">{t(`roles.${person.role}`)}</Text>
        )}
      </Table.Td>
      <Table.Td data-label={t('users.phone')} className="tabular">
        {person.phone ?? (
          <Text span c="dimmed" size="sm">
            —
          </Text>
        )}
      </Table.Td>
      <Table.Td data-label={t('users.lastSeen')}>
        <LastSeen person={person} />
      </Table.Td>
      <Table.Td data-label={t('users.status')}>
        <StatusBadge person={person} />
      </Table.Td>
      {mayManage && (
        <Table.Td className={classes.actions}>{!myself && <PersonMenu person={person} />}</Table.Td>
      )}
    </Table.Tr>
  );
}

function LastSeen({ person: { id, last_seen_at } }: { person: UserSummary }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const status = useStatus(id);
  const seenAt = useLeftAt(id) ?? last_seen_at;
  if (status === 'online' || status === 'away') {
    return (
      <Text size="sm" c={status === 'online' ? 'var(--success)' : 'var(--amber-text)'}>
        {t(`chat.status.${status}`)}
      </Text>
    );
  }
  return (
    <Text size="sm" c="dimmed" title={seenAt ? formats.dateTime(seenAt) : undefined}>
      {seenAt ? formats.relative(seenAt) : t('users.never')}
    </Text>
  );
}

function StatusBadge({ person }: { person: UserSummary }) {
  const { t } = useTranslation();
  const [color, text] = !person.is_active
    ? ['gray', t('users.inactive')]
    : person.is_invited
      ? ['amber', t('users.isInvited')]
      : ['brand', t('users.active')];
  return (
    <Badge variant="light" color={color} tt="none">
      {text}
    </Badge>
  );
}

function LoadingRows() {
  return (
    <div className={classes.frame} aria-hidden>
      {Array.from({ length: 6 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton are all alike
        <Skeleton key={index} height={32} m={12} width="auto" />
      ))}
    </div>
  );
}

import { ActionIcon, Badge, Button, Menu, Select, Skeleton, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconDots, IconPlus, IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '@/api/client';
import { keys, useMayI, useSession } from '@/api/queries';
import type { Role, UserSummary } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { PersonAvatar } from '@/ui/person-avatar';
import { NewUser } from './new-user';
import { ROLES } from './roles';
import classes from './users.module.css';

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
      {users.isError ? (
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
      <NewUser opened={creating} onClose={dialog.close} />
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
  const formats = useFormats();
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
        <Text
          size="sm"
          c="dimmed"
          title={person.last_seen_at ? formats.dateTime(person.last_seen_at) : undefined}
        >
          {person.last_seen_at ? formats.relative(person.last_seen_at) : t('users.never')}
        </Text>
      </Table.Td>
      <Table.Td data-label={t('users.status')}>
        <Badge variant="light" color={person.is_active ? 'brand' : 'gray'} tt="none">
          {t(person.is_active ? 'users.active' : 'users.inactive')}
        </Badge>
      </Table.Td>
      {mayManage && (
        <Table.Td className={classes.actions}>{!myself && <PersonMenu person={person} />}</Table.Td>
      )}
    </Table.Tr>
  );
}

function useChangeUser(person: UserSummary) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: { role?: Role; is_active?: boolean }) =>
      ask(api.PATCH('/api/v1/users/{id}', { params: { path: { id: person.id } }, body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.users }),
    onError: (error) => notify.failed(person.full_name, describeError(error, t)),
  });
}

function RoleSelect({ person }: { person: UserSummary }) {
  const { t } = useTranslation();
  const change = useChangeUser(person);
  return (
    <Select
      size="xs"
      w={160}
      aria-label={t('users.changeRole', { name: person.full_name })}
      data={ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
      value={change.isPending ? (change.variables.role ?? person.role) : person.role}
      disabled={change.isPending}
      allowDeselect={false}
      onChange={(role) => role && role !== person.role && change.mutate({ role: role as Role })}
    />
  );
}

function PersonMenu({ person }: { person: UserSummary }) {
  const { t } = useTranslation();
  const change = useChangeUser(person);
  const [asking, question] = useDisclosure();
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('users.menu', { name: person.full_name })}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {person.is_active ? (
            <Menu.Item color="var(--danger)" onClick={question.open}>
              {t('users.deactivate')}
            </Menu.Item>
          ) : (
            <Menu.Item onClick={() => change.mutate({ is_active: true })}>{t('users.activate')}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking}
        title={t('users.deactivateTitle', { name: person.full_name })}
        confirm={t('users.deactivate')}
        busy={change.isPending}
        onClose={question.close}
        onConfirm={() => change.mutate({ is_active: false }, { onSettled: question.close })}
      >
        <Text size="md">{t('users.deactivateHint')}</Text>
      </ConfirmDialog>
    </>
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

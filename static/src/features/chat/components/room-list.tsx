import { ActionIcon, Button, Menu, Skeleton, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconMessagePlus, IconSearch, IconUser, IconUsers } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useSession } from '@/api/queries';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { firstName } from '@/ui/person-avatar';
import { dayOf } from '@/ui/talk/day-of';
import { matches } from '@/ui/text';
import { useRooms } from '../api';
import { describeMessage } from '../describe';
import { useDrafts } from '../drafts';
import { lastAt } from '../last-at';
import type { RoomSummary } from '../types';
import classes from './chat.module.css';
import { FoundMessages } from './found-messages';
import { RoomAvatar } from './room-avatar';

export function RoomList({ onNew }: { onNew(kind: 'direct' | 'group'): void }) {
  const { t } = useTranslation();
  const rooms = useRooms();
  const [search, setSearch] = useState('');
  const [words] = useDebouncedValue(search.trim(), 250);
  const list = useMemo(() => {
    const all = rooms.data?.pages.flatMap((page) => page.items as RoomSummary[]) ?? [];
    return all.toSorted((a, b) => lastAt(b).localeCompare(lastAt(a)));
  }, [rooms.data]);
  const fitting = search.trim() ? list.filter((room) => matches(room.name, search)) : list;

  return (
    <aside className={classes.list} aria-label={t('chat.rooms')}>
      <header className={classes.listHead}>
        <h1>{t('chat.title')}</h1>
        <Menu position="bottom-end">
          <Menu.Target>
            <Tooltip label={t('chat.new')}>
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('chat.new')}>
                <IconMessagePlus size={19} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconUser size={16} />} onClick={() => onNew('direct')}>
              {t('chat.newDirect')}
            </Menu.Item>
            <Menu.Item leftSection={<IconUsers size={16} />} onClick={() => onNew('group')}>
              {t('chat.newGroup')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <TextInput
        className={classes.listSearch}
        type="search"
        aria-label={t('chat.searchAll')}
        placeholder={t('chat.searchAll')}
        leftSection={<IconSearch size={15} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <div className={classes.scroll}>
        {rooms.isError && list.length === 0 ? (
          <LoadError error={rooms.error} retry={() => void rooms.refetch()} />
        ) : rooms.isPending ? (
          <Delayed>
            <LoadingRooms />
          </Delayed>
        ) : (
          <>
            <ul className={classes.rooms}>
              {fitting.map((room) => (
                <RoomRow key={room.id} room={room} />
              ))}
            </ul>
            {!search && list.length === 1 && (
              <EmptyState
                title={t('chat.emptyTitle')}
                hint={t('chat.emptyHint')}
                action={<Button onClick={() => onNew('direct')}>{t('chat.newDirect')}</Button>}
              />
            )}
            {rooms.hasNextPage && !search && (
              <Button
                variant="default"
                m="sm"
                loading={rooms.isFetchingNextPage}
                onClick={() => void rooms.fetchNextPage()}
              >
                {t('common.loadMore')}
              </Button>
            )}
            {words && <FoundMessages words={words} roomId={null} />}
          </>
        )}
      </div>
    </aside>
  );
}

function RoomRow({ room }: { room: RoomSummary }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const me = useSession()?.user.id ?? '';
  const draft = useDrafts((drafts) => drafts.texts[room.id]);
  const last = room.last_message;
  const isToday = last !== null && dayOf(last.created_at) === dayOf(new Date().toISOString());
  const unread = room.unread_count;
  const who =
    last && last.message_type !== 'system' && room.type !== 'direct'
      ? `${last.sender.id === me ? t('chat.you') : firstName(last.sender.name)}: `
      : '';
  return (
    <li>
      <NavLink to={`/chat/${room.id}`} className={classes.room} data-unread={unread > 0 || undefined}>
        <RoomAvatar room={room} size={38} />
        <span className={classes.roomName}>{room.name}</span>
        <time className={classes.roomTime} dateTime={lastAt(room)}>
          {last && (isToday ? formats.time(last.created_at) : formats.dateShort(last.created_at))}
        </time>
        <span className={classes.roomLine}>
          {draft ? (
            <>
              <em>{t('chat.draft')}</em> {draft}
            </>
          ) : last ? (
            `${who}${describeMessage(last, t, me)}`
          ) : (
            t('chat.nothingYet')
          )}
        </span>
        {unread > 0 && (
          <span className={classes.badge}>
            <span aria-hidden>{unread > 99 ? '99+' : unread}</span>
            <span className="visually-hidden">{t('chat.unread', { count: unread })}</span>
          </span>
        )}
      </NavLink>
    </li>
  );
}

function LoadingRooms() {
  return (
    <div className={classes.skeletons} aria-hidden>
      {Array.from({ length: 6 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a skeleton are all alike
        <Skeleton key={index} height={44} radius="md" />
      ))}
    </div>
  );
}

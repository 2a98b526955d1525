import { Button, Skeleton, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useMayI } from '@/api/queries';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { useBoards } from './api';
import { BoardCard } from './components/board-card';
import { BoardForm } from './components/board-form';
import classes from './components/boards.module.css';

export default function BoardsScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayManage = useMayI('boards.manage');
  const [params, setParams] = useSearchParams();
  const [search, setSearch] = useState('');
  const [withArchived, setWithArchived] = useState(false);
  const [sought] = useDebouncedValue(search.trim(), 250);
  const boards = useBoards(sought, withArchived);
  const list = useMemo(() => boards.data?.pages.flatMap((page) => page.items) ?? [], [boards.data]);
  const total = boards.data?.pages.at(-1)?.total;
  const filtered = sought !== '' || withArchived;

  const creating = params.has('new');
  const open = useMemo(() => () => setParams({ new: '' }), [setParams]);
  const close = () => setParams({}, { replace: true });

  const commands = useMemo<Command[]>(
    () =>
      mayManage ? [{ id: 'new-board', group: t('palette.actions'), label: t('boards.new'), run: open }] : [],
    [mayManage, t, open],
  );
  useCommands('boards', commands);
  useShortcuts(
    t('boards.title'),
    mayManage ? [{ keys: 'N', key: 'n', label: t('shortcuts.newBoard'), run: open }] : [],
  );

  const newBoard = (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {t('boards.new')}
    </Button>
  );
  return (
    <Page
      title={t('boards.title')}
      count={total === undefined ? undefined : t('boards.count', { count: total })}
      actions={mayManage && newBoard}
      toolbar={
        <>
          <TextInput
            w={280}
            type="search"
            aria-label={t('boards.search')}
            placeholder={t('boards.search')}
            leftSection={<IconSearch size={15} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <Switch
            size="sm"
            label={t('boards.showArchived')}
            checked={withArchived}
            onChange={(event) => setWithArchived(event.currentTarget.checked)}
          />
        </>
      }
    >
      {boards.isError ? (
        <LoadError error={boards.error} retry={() => void boards.refetch()} />
      ) : boards.isPending ? (
        <Delayed>
          <LoadingCards />
        </Delayed>
      ) : list.length === 0 ? (
        filtered ? (
          <EmptyState title={t('boards.noMatchTitle')} hint={t('boards.noMatchHint')} />
        ) : (
          <EmptyState
            title={t('boards.emptyTitle')}
            hint={t(mayManage ? 'boards.emptyHint' : 'boards.emptyHintMember')}
            action={mayManage && <Button onClick={open}>{t('boards.emptyAction')}</Button>}
          />
        )
      ) : (
        <>
          <ul className={classes.grid}>
            {list.map((board) => (
              <BoardCard key={board.id} board={board} mayManage={mayManage} />
            ))}
          </ul>
          {boards.hasNextPage && (
            <Button
              variant="default"
              mt="md"
              loading={boards.isFetchingNextPage}
              onClick={() => void boards.fetchNextPage()}
            >
              {t('common.loadMore')}
            </Button>
          )}
        </>
      )}
      <BoardForm opened={creating} onClose={close} onCreated={(board) => navigate(`/boards/${board.id}`)} />
    </Page>
  );
}

function LoadingCards() {
  return (
    <div className={classes.grid} aria-hidden>
      {Array.from({ length: 3 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a skeleton are all alike
        <Skeleton key={index} height={146} radius="md" />
      ))}
    </div>
  );
}

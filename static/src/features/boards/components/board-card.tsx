import { ActionIcon, Badge, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArchive, IconArchiveOff, IconDots, IconPencil, IconStar, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { notify } from '@/ui/notify';
import { useUpdateBoard } from '../api';
import type { BoardSummary } from '../types';
import { BoardForm } from './board-form';
import classes from './boards.module.css';
import { DeleteBoard } from './delete-board';

export function BoardCard({ board, mayManage }: { board: BoardSummary; mayManage: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <li className={classes.card} data-archived={board.archived || undefined}>
      <div className={classes.cardHead}>
        <h2>
          <Link to={`/boards/${board.id}`} className={classes.link}>
            {board.name}
          </Link>
        </h2>
        {board.is_default && (
          <Badge variant="light" tt="none">
            {t('boards.default')}
          </Badge>
        )}
        {board.archived && (
          <Badge variant="light" color="gray" tt="none">
            {t('boards.archived')}
          </Badge>
        )}
        {mayManage && <BoardMenu board={board} />}
      </div>
      <p className={classes.description}>{board.description}</p>
      <p className={classes.total}>{formats.money(board.total_value)}</p>
      <p className={classes.facts}>
        <span>{t('boards.leads', { count: board.lead_count })}</span>
        <span>{t('boards.stages', { count: board.stage_count })}</span>
        <time dateTime={board.updated_at} title={formats.dateTime(board.updated_at)}>
          {t('boards.updated', { when: formats.relative(board.updated_at) })}
        </time>
      </p>
    </li>
  );
}

function BoardMenu({ board }: { board: BoardSummary }) {
  const { t } = useTranslation();
  const update = useUpdateBoard(board);
  const [editing, form] = useDisclosure();
  const [deleting, question] = useDisclosure();
  const change = (body: Parameters<typeof update.mutate>[0]) =>
    update.mutate(body, { onError: (error) => notify.failed(board.name, describeError(error, t)) });

  return (
    <>
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon
            className={classes.menu}
            variant="subtle"
            color="gray"
            aria-label={`${t('common.more')}: ${board.name}`}
          >
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} />} onClick={form.open}>
            {t('common.edit')}
          </Menu.Item>
          {!board.is_default && !board.archived && (
            <Menu.Item leftSection={<IconStar size={15} />} onClick={() => change({ is_default: true })}>
              {t('boards.makeDefault')}
            </Menu.Item>
          )}
          <Menu.Item
            disabled={board.is_default}
            title={board.is_default ? t('errors.code.default_board') : undefined}
            leftSection={board.archived ? <IconArchiveOff size={15} /> : <IconArchive size={15} />}
            onClick={() => change({ archived: !board.archived })}
          >
            {t(board.archived ? 'boards.unarchive' : 'boards.archive')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="var(--danger)"
            disabled={board.is_default}
            title={board.is_default ? t('errors.code.default_board') : undefined}
            leftSection={<IconTrash size={15} />}
            onClick={question.open}
          >
            {t('common.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <BoardForm opened={editing} board={board} onClose={form.close} />
      <DeleteBoard opened={deleting} board={board} onClose={question.close} />
    </>
  );
}

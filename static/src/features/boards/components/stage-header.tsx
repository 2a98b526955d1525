import { ActionIcon, ColorSwatch, Menu, TextInput, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconArrowLeft,
  IconArrowRight,
  IconCheck,
  IconDots,
  IconMoodSad,
  IconPencil,
  IconPlus,
  IconTrash,
  IconTrophy,
} from '@tabler/icons-react';
import { type KeyboardEvent, memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/ui/format';
import { sumAmounts } from '@/ui/money';
import { boardUi } from '../store';
import { type Lead, STAGE_KINDS, type Stage, type StageKind } from '../types';
import { useBoardTools, useOpenBoard } from '../use-board';
import classes from './board.module.css';
import { DeleteStage } from './delete-stage';

/** Calm colours that tell stages apart in both themes. */
const COLORS = [
  '#64748B',
  '#2563EB',
  '#0891B2',
  '#0F766E',
  '#16A34A',
  '#CA8A04',
  '#EA580C',
  '#DC2626',
  '#DB2777',
  '#7C3AED',
];

export function StageHeader({ stage, leads }: { stage: Stage; leads: readonly Lead[] }) {
  const { t } = useTranslation();
  const { filtering, actions, mayManage, readOnly } = useBoardTools();
  const formats = useFormats();
  const [renaming, rename] = useDisclosure();
  const [deleting, question] = useDisclosure();
  const asked = useRef(false);
  asked.current ||= deleting;

  if (renaming) {
    return (
      <RenameStage
        stage={stage}
        onDone={(name) => {
          rename.close();
          if (name && name !== stage.name) actions.updateStage(stage, { name });
        }}
      />
    );
  }
  const total = filtering ? sumAmounts(leads.map((lead) => lead.value)) : stage.total_value;
  const count = filtering
    ? t('stage.countOf', { shown: leads.length, count: stage.lead_count })
    : formats.number(stage.lead_count);
  return (
    <header className={classes.stageHeader} data-movable={mayManage || undefined}>
      <i className={classes.dot} style={{ background: stage.color }} aria-hidden />
      {/* A shortcut for the pointer; by keyboard the menu does the same. */}
      <h2 onDoubleClick={mayManage ? rename.open : undefined} title={stage.name}>
        {stage.name}
      </h2>
      <KindMark stage={stage} />
      <span className={classes.stageCount}>{count}</span>
      <span className={classes.stageTotal}>{formats.moneyShort(total)}</span>
      <span className={classes.stageActions}>
        {mayManage && <StageMenu stage={stage} onRename={rename.open} onDelete={question.open} />}
        {!readOnly && <AddButton stageId={stage.id} stageName={stage.name} />}
      </span>
      {asked.current && <DeleteStage opened={deleting} stage={stage} onClose={question.close} />}
    </header>
  );
}

const AddButton = memo(function AddButton({ stageId, stageName }: { stageId: string; stageName: string }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t('board.addLead')}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        aria-label={`${t('board.addLeadTo', { stage: stageName })} +`}
        onClick={() => boardUi.set({ addingTo: stageId })}
      >
        <IconPlus size={16} />
      </ActionIcon>
    </Tooltip>
  );
});

function KindMark({ stage }: { stage: Stage }) {
  const { t } = useTranslation();
  if (stage.kind === 'open') return null;
  const Icon = stage.kind === 'won' ? IconTrophy : IconMoodSad;
  const label = t(`stage.kinds.${stage.kind}`);
  return (
    <Tooltip label={label}>
      <span role="img" aria-label={label} className={classes.kind} data-kind={stage.kind}>
        <Icon size={15} stroke={1.8} />
      </span>
    </Tooltip>
  );
}

function RenameStage({ stage, onDone }: { stage: Stage; onDone(name: string | null): void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(stage.name);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onDone(name.trim() || null);
    if (event.key === 'Escape') {
      event.stopPropagation();
      onDone(null);
    }
  };
  return (
    <div className={classes.stageHeader}>
      <TextInput
        autoFocus
        size="xs"
        flex={1}
        maxLength={80}
        aria-label={t('stage.name')}
        value={name}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => onDone(name.trim() || null)}
      />
    </div>
  );
}

interface StageMenuProps {
  stage: Stage;
  onRename(): void;
  onDelete(): void;
}

/** Cards come and go all day without changing anything about the menu. */
const StageMenu = memo(function StageMenu(props: StageMenuProps) {
  const { t } = useTranslation();
  const { stage } = props;
  return (
    <Menu position="bottom-end" width={230} returnFocus>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          aria-label={t('stage.menu', { name: stage.name })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <StageMenuItems {...props} />
      </Menu.Dropdown>
    </Menu>
  );
}, sameLook);

function sameLook(shown: StageMenuProps, next: StageMenuProps): boolean {
  const [before, after] = [shown.stage, next.stage];
  const same = (['id', 'name', 'color', 'kind'] as const).every((field) => before[field] === after[field]);
  return same && shown.onRename === next.onRename && shown.onDelete === next.onDelete;
}

/** Drawn only while the menu is open: it follows every change of the board. */
function StageMenuItems({ stage, onRename, onDelete }: StageMenuProps) {
  const { t } = useTranslation();
  const { board, actions } = useOpenBoard();
  const index = board.stages.findIndex(({ id }) => id === stage.id);
  const last = board.stages.length === 1;
  return (
    <>
      <Menu.Item leftSection={<IconPencil size={15} />} onClick={onRename}>
        {t('common.rename')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowLeft size={15} />}
        disabled={index === 0}
        onClick={() => actions.moveStage(stage, index - 1)}
      >
        {t('stage.moveLeft')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowRight size={15} />}
        disabled={index === board.stages.length - 1}
        onClick={() => actions.moveStage(stage, index + 1)}
      >
        {t('stage.moveRight')}
      </Menu.Item>
      <Menu.Label>{t('stage.kind')}</Menu.Label>
      <Menu.RadioGroup
        value={stage.kind}
        onChange={(kind) => actions.updateStage(stage, { kind: kind as StageKind })}
      >
        {STAGE_KINDS.map((kind) => (
          <Menu.RadioItem key={kind} value={kind} closeMenuOnClick>
            {t(`stage.kinds.${kind}`)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Label>{t('stage.color')}</Menu.Label>
      <div className={classes.swatches}>
        {COLORS.map((color) => (
          <ColorSwatch
            key={color}
            component="button"
            type="button"
            role="menuitemradio"
            aria-checked={stage.color.toUpperCase() === color}
            aria-label={t('stage.colorName', { hex: color })}
            color={color}
            size={24}
            style={{ cursor: 'pointer', color: '#fff' }}
            onClick={() => actions.updateStage(stage, { color })}
          >
            {stage.color.toUpperCase() === color && <IconCheck size={14} />}
          </ColorSwatch>
        ))}
      </div>
      <Menu.Divider />
      <Menu.Item
        color="var(--danger)"
        leftSection={<IconTrash size={15} />}
        disabled={last}
        title={last ? t('stage.last') : undefined}
        onClick={onDelete}
      >
        {t('stage.delete')}
      </Menu.Item>
    </>
  );
}

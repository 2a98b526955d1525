import { Button, Menu } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { KINDS } from '../drawing';
import { useEditor } from './editor-context';
import { KIND_ICONS } from './kinds';

export function AddNode({ variant = 'default' }: { variant?: string }) {
  const { t } = useTranslation();
  const { add } = useEditor();
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <Button size="xs" variant={variant} leftSection={<IconPlus size={15} />}>
          {t('bot.addStep')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {KINDS.map((kind) => {
          const Icon = KIND_ICONS[kind];
          return (
            <Menu.Item key={kind} leftSection={<Icon size={15} />} onClick={() => add(kind)}>
              {t(`bot.kinds.${kind}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

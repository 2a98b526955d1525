import {
  IconBuildingStore,
  IconClockHour4,
  IconRobot,
  IconSparkles,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/queries';
import type { Permission } from '@/api/types';

const PLACES = [
  { id: 'channels', to: '/settings/channels', Icon: IconBuildingStore, needs: 'conversations.manage' },
  { id: 'queues', to: '/settings/queues', Icon: IconUsersGroup, needs: 'conversations.manage' },
  { id: 'hours', to: '/settings/hours', Icon: IconClockHour4, needs: 'bot.manage' },
  { id: 'flows', to: '/bot', Icon: IconRobot, needs: 'bot.manage' },
  { id: 'ai', to: '/settings/ai', Icon: IconSparkles, needs: 'bot.manage' },
] as const satisfies readonly { needs: Permission; [other: string]: unknown }[];

/** Where this person decides how customers are taken in. */
export function useServicePlaces() {
  const { t } = useTranslation();
  const permissions = useMe().data?.permissions;
  return PLACES.filter(({ needs }) => permissions?.includes(needs)).map(({ id, to, Icon }) => ({
    id,
    to,
    Icon,
    name: t(`desk.${id}.name`),
    hint: t(`desk.${id}.hint`),
  }));
}

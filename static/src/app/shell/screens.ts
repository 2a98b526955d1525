import {
  IconAddressBook,
  IconBuilding,
  IconBuildingStore,
  IconChartBar,
  IconInbox,
  IconLayoutKanban,
  IconMessages,
  IconPackage,
  IconRobot,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/queries';

export type Screen = ReturnType<typeof useScreens>[number];

/** The screens that this person may open, in the order of the navigation. The first one is where one arrives. */
export function useScreens() {
  const { t } = useTranslation();
  const permissions = useMe().data?.permissions;
  return [
    // Nearly everybody has boards: they stand there while that is not known yet.
    ...(permissions?.includes('boards.read') !== false
      ? [{ id: 'boards', to: '/boards', label: t('nav.boards'), Icon: IconLayoutKanban }]
      : []),
    ...(permissions?.includes('conversations.use')
      ? [{ id: 'inbox', to: '/inbox', label: t('nav.inbox'), Icon: IconInbox }]
      : []),
    ...(permissions?.includes('chat.use')
      ? [{ id: 'chat', to: '/chat', label: t('nav.chat'), Icon: IconMessages }]
      : []),
    ...(permissions?.includes('floor.read')
      ? [{ id: 'floor', to: '/floor', label: t('nav.floor'), Icon: IconBuildingStore }]
      : []),
    ...(permissions?.includes('contacts.read')
      ? [{ id: 'contacts', to: '/contacts', label: t('nav.contacts'), Icon: IconAddressBook }]
      : []),
    ...(permissions?.includes('companies.read')
      ? [{ id: 'companies', to: '/companies', label: t('nav.companies'), Icon: IconBuilding }]
      : []),
    ...(permissions?.includes('contacts.read')
      ? [{ id: 'products', to: '/products', label: t('nav.products'), Icon: IconPackage }]
      : []),
    ...(permissions?.includes('bot.manage')
      ? [{ id: 'bot', to: '/bot', label: t('nav.bot'), Icon: IconRobot }]
      : []),
    ...(permissions?.includes('dashboard.read')
      ? [{ id: 'dashboard', to: '/dashboard', label: t('nav.dashboard'), Icon: IconChartBar }]
      : []),
    ...(permissions?.includes('users.manage')
      ? [{ id: 'people', to: '/users', label: t('nav.people'), Icon: IconUsers }]
      : []),
    { id: 'settings', to: '/settings', label: t('nav.settings'), Icon: IconSettings },
  ];
}

import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** The way back to the settings that a screen is one of. */
export function ToSettings() {
  const { t } = useTranslation();
  return (
    <Anchor
      component={Link}
      to="/settings#service"
      style={{ display: 'inline-flex', alignItems: 'center', gap: 4, fontSize: 13 }}
    >
      <IconArrowLeft size={15} aria-hidden />
      {t('nav.settings')}
    </Anchor>
  );
}

import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { SettingsSection } from '@/ui/settings-section';
import { useServicePlaces } from './service-places';
import classes from './service-section.module.css';

/** Leads to the screens of customer service. */
export function ServiceSection() {
  const { t } = useTranslation();
  const places = useServicePlaces();
  if (places.length === 0) return null;
  return (
    <SettingsSection anchor="service" title={t('desk.title')} hint={t('desk.hint')}>
      <ul className={classes.places}>
        {places.map(({ id, to, Icon, name, hint }) => (
          <li key={id}>
            <Link to={to}>
              <Icon size={20} stroke={1.7} aria-hidden />
              <span>
                <strong>{name}</strong>
                <small>{hint}</small>
              </span>
              <IconChevronRight size={16} aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
    </SettingsSection>
  );
}

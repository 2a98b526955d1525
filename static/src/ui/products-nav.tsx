import { useTranslation } from 'react-i18next';
import { SubNav } from './sub-nav';

/** What is sold, and what was: one place of the menu. */
export function ProductsNav() {
  const { t } = useTranslation();
  return (
    <SubNav
      label={t('nav.products')}
      links={[
        { to: '/products', label: t('nav.products') },
        { to: '/products/orders', label: t('nav.orders') },
      ]}
    />
  );
}

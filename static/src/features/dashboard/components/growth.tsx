import { useTranslation } from 'react-i18next';
import type { Overview } from '@/api/types';
import { LineChart } from '@/ui/line-chart';
import { Panel } from '@/ui/panel';

/** How many companies there are, over time. */
export function Growth({ data }: { data: Overview['companies_growth'] }) {
  const { t } = useTranslation();
  const { items } = data;
  const gained = items.reduce((sum, item) => sum + item.new, 0);
  return (
    <Panel title={t('dashboard.growth')} note={t('dashboard.gained', { count: gained })}>
      <LineChart
        label={t('dashboard.growth')}
        items={items}
        value={({ total }) => total}
        note={(item) => (item.new > 0 ? t('dashboard.newOnes', { count: item.new }) : null)}
        dayHeading={t('dashboard.day')}
        columns={[
          { heading: t('dashboard.new'), of: (item) => item.new },
          { heading: t('dashboard.total'), of: ({ total }) => total },
        ]}
      />
    </Panel>
  );
}

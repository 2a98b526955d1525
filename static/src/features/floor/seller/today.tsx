import { Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './my-clients.module.css';
import type { MyView } from './view';

/** Today's numbers. What one has just done counts before the server has counted it. */
export function Today({ view, countedToday }: { view: MyView; countedToday: number }) {
  const { t } = useTranslation();
  const today = Math.max(view.contactedToday, countedToday);
  const all = view.waitingCount + view.contactedCount;
  return (
    <section className={classes.today} aria-label={t('floor.mine.numbers')}>
      <dl>
        <div>
          <dt>{t('floor.mine.today')}</dt>
          <dd>{today}</dd>
        </div>
        <div>
          <dt>{t('floor.mine.toContact')}</dt>
          <dd>{view.waitingCount}</dd>
        </div>
        <div>
          <dt>{t('floor.mine.inCycle')}</dt>
          <dd>
            {view.contactedCount}
            <small> / {all}</small>
          </dd>
        </div>
      </dl>
      <Progress
        value={all === 0 ? 0 : (view.contactedCount / all) * 100}
        size={5}
        aria-label={t('floor.progress', { contacted: view.contactedCount, all })}
      />
    </section>
  );
}

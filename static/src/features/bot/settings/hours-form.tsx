import { Switch } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hoursOf, isSound, settingOf } from '@/ui/business-hours';
import { FormError } from '@/ui/form-error';
import { LeaveGuard } from '@/ui/leave-guard';
import { notify } from '@/ui/notify';
import { SaveBar } from '@/ui/save-bar';
import { WeekFields } from '@/ui/week-fields';
import { useSaveBotSetting } from './api';

import classes from './settings.module.css';

export function HoursForm({ value }: { value: unknown }) {
  const { t } = useTranslation();
  const save = useSaveBotSetting('business_hours');
  const saved = JSON.stringify(settingOf(hoursOf(value)));
  const [hours, setHours] = useState(() => hoursOf(value));
  const isDirty = JSON.stringify(settingOf(hours)) !== saved;
  const [known, setKnown] = useState(saved);

  // What somebody else saved is shown, unless something is being written here.
  useEffect(() => {
    if (known === saved) return;
    setKnown(saved);
    if (JSON.stringify(settingOf(hours)) === known) setHours(hoursOf(JSON.parse(saved)));
  }, [saved, known, hours]);

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isSound(hours))
          save.mutate(settingOf(hours), { onSuccess: () => notify.done(t('common.saved')) });
      }}
    >
      <div className={classes.card}>
        <Switch
          label={t('service.hours.onlySome')}
          description={t('service.hours.onlySomeHint')}
          checked={!hours.always}
          onChange={(event) => {
            const always = !event.currentTarget.checked;
            setHours((before) => ({ ...before, always }));
          }}
        />
        {!hours.always && (
          <WeekFields week={hours.week} onChange={(week) => setHours({ always: false, week })} />
        )}
      </div>
      <FormError error={save.error} />
      <SaveBar
        isDirty={isDirty}
        isSaving={save.isPending}
        isWrong={!isSound(hours)}
        onDiscard={() => setHours(hoursOf(value))}
      />
      <LeaveGuard unsaved={isDirty} />
    </form>
  );
}

import { ActionIcon, Menu, Switch, TextInput, Tooltip } from '@mantine/core';
import { IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormError } from '@/ui/form-error';
import { LeaveGuard } from '@/ui/leave-guard';
import { notify } from '@/ui/notify';
import { SaveBar } from '@/ui/save-bar';
import { useSaveBotSetting } from './api';
import {
  another,
  DAYS,
  type Day,
  type Hours,
  hoursOf,
  isSound,
  problemsOf,
  type Span,
  settingOf,
} from './hours';
import classes from './settings.module.css';

const WEEKDAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

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

  const setDay = (day: Day, spans: Span[]) =>
    setHours((before) => ({ ...before, week: { ...before.week, [day]: spans } }));
  const copyTo = (from: Day, days: readonly Day[]) =>
    setHours((before) => ({
      ...before,
      week: { ...before.week, ...Object.fromEntries(days.map((day) => [day, before.week[from]])) },
    }));

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
          <ul className={classes.week}>
            {DAYS.map((day) => (
              <DayRow
                key={day}
                day={day}
                hours={hours}
                onChange={(spans) => setDay(day, spans)}
                onCopy={(days) => copyTo(day, days)}
              />
            ))}
          </ul>
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

interface DayProps {
  day: Day;
  hours: Hours;
  onChange(spans: Span[]): void;
  onCopy(days: readonly Day[]): void;
}

function DayRow({ day, hours, onChange, onCopy }: DayProps) {
  const { t } = useTranslation();
  const spans = hours.week[day];
  const problems = problemsOf(spans);
  const name = t(`service.hours.days.${day}`);
  const set = (index: number, fields: Partial<Span>) =>
    onChange(spans.map((span, at) => (at === index ? { ...span, ...fields } : span)));
  return (
    <li aria-label={name}>
      <Switch
        className={classes.day}
        label={name}
        checked={spans.length > 0}
        onChange={(event) => onChange(event.currentTarget.checked ? [another([])] : [])}
      />
      <div className={classes.spans}>
        {spans.length === 0 && <span className={classes.closed}>{t('service.hours.closed')}</span>}
        {spans.map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity but their place
          <div key={index} className={classes.span}>
            <TextInput
              type="time"
              aria-label={t('service.hours.from', { day: name })}
              value={span.from}
              error={problems[index] !== null}
              onChange={(event) => set(index, { from: event.currentTarget.value })}
            />
            <span aria-hidden>–</span>
            <TextInput
              type="time"
              aria-label={t('service.hours.until', { day: name })}
              value={span.until}
              error={problems[index] !== null}
              onChange={(event) => set(index, { until: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('service.hours.removeSpan', { day: name, from: span.from, until: span.until })}
              onClick={() => onChange(spans.filter((_, at) => at !== index))}
            >
              <IconTrash size={15} />
            </ActionIcon>
            {problems[index] && (
              <span role="alert" className={classes.wrong}>
                {t(`service.hours.problems.${problems[index]}`)}
              </span>
            )}
          </div>
        ))}
      </div>
      {spans.length > 0 && (
        <div className={classes.dayTools}>
          <Tooltip label={t('service.hours.addSpan')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${t('service.hours.addSpan')}: ${name}`}
              disabled={spans.length >= 6}
              onClick={() => onChange([...spans, another(spans)])}
            >
              <IconPlus size={16} />
            </ActionIcon>
          </Tooltip>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t('service.hours.copy', { day: name })}>
                <IconCopy size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onCopy(WEEKDAYS)}>{t('service.hours.copyToWeekdays')}</Menu.Item>
              <Menu.Item onClick={() => onCopy(DAYS)}>{t('service.hours.copyToAll')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      )}
    </li>
  );
}

import { ActionIcon, Menu, Switch, TextInput, Tooltip } from '@mantine/core';
import { IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { another, DAYS, type Day, problemsOf, type Span, type Week } from './business-hours';
import classes from './week-fields.module.css';

const WEEKDAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** From when until when people are there, day by day. Its texts are those of the settings of customer service. */
export function WeekFields({ week, onChange }: { week: Week; onChange(week: Week): void }) {
  const copied = (from: Day, days: readonly Day[]): Week => ({
    ...week,
    ...Object.fromEntries(days.map((day) => [day, week[from]])),
  });
  return (
    <ul className={classes.week}>
      {DAYS.map((day) => (
        <DayRow
          key={day}
          day={day}
          spans={week[day]}
          onChange={(spans) => onChange({ ...week, [day]: spans })}
          onCopy={(days) => onChange(copied(day, days))}
        />
      ))}
    </ul>
  );
}

interface DayProps {
  day: Day;
  spans: Span[];
  onChange(spans: Span[]): void;
  onCopy(days: readonly Day[]): void;
}

function DayRow({ day, spans, onChange, onCopy }: DayProps) {
  const { t } = useTranslation();
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

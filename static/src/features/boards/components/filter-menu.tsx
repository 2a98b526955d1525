import { Button, Chip, Group, Indicator, MultiSelect, Popover, Stack, Switch, Text } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useSession } from '@/api/queries';
import { toCents } from '@/ui/money';
import { MoneyInput } from '@/ui/money-input';
import { activeFilters, type Filters, NOBODY, writeFilters } from '../filters';
import { PRIORITIES, type Priority } from '../types';
import { useOpenBoard } from '../use-board';

export function FilterMenu() {
  const { t } = useTranslation();
  const { filters } = useOpenBoard();
  const active = activeFilters(filters);
  return (
    <Popover position="bottom-end" width={340} shadow="md" trapFocus>
      <Indicator label={active} size={17} disabled={active === 0} color="var(--brand)" offset={3}>
        <Popover.Target>
          <Button
            variant="default"
            leftSection={<IconFilter size={15} />}
            aria-label={
              active > 0 ? `${t('filters.title')}: ${t('filters.active', { count: active })}` : undefined
            }
          >
            {t('filters.title')}
          </Button>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <FilterFields filters={filters} />
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterFields({ filters }: { filters: Filters }) {
  const { t } = useTranslation();
  const { people } = useOpenBoard();
  const me = useSession()?.user.id;
  const [params, setParams] = useSearchParams();
  const priorityId = useId();
  const set = (changed: Partial<Filters>) =>
    setParams(writeFilters(params, { ...filters, ...changed }), { replace: true });

  const owners = [...people.values()].map(({ id, full_name }) => ({
    value: id,
    label: id === me ? `${full_name} (${t('filters.ownerMe')})` : full_name,
  }));
  const { min, max } = filters;
  const wrongRange = min !== null && max !== null && toCents(min) > toCents(max);

  return (
    <Stack gap="sm">
      <MultiSelect
        label={t('filters.owner')}
        placeholder={filters.owners.length === 0 ? t('common.all') : undefined}
        data={[{ value: NOBODY, label: t('filters.ownerNone') }, ...owners]}
        value={filters.owners}
        onChange={(next) => set({ owners: next })}
        comboboxProps={{ withinPortal: false }}
        openOnFocus={false}
        clearable
        searchable
      />
      <div>
        <Text size="sm" fw={500} mb={4} id={priorityId}>
          {t('filters.priority')}
        </Text>
        <Chip.Group
          multiple
          value={filters.priorities}
          onChange={(next) => set({ priorities: next as Priority[] })}
        >
          <Group gap={6} role="group" aria-labelledby={priorityId}>
            {PRIORITIES.map((priority) => (
              <Chip key={priority} value={priority} size="xs">
                {t(`priority.${priority}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </div>
      <Group gap="xs" grow align="flex-start">
        <MoneyInput
          label={`${t('filters.value')}: ${t('filters.min').toLowerCase()}`}
          value={min}
          onChange={(next) => set({ min: next })}
          error={wrongRange ? t('validation.range') : undefined}
        />
        <MoneyInput label={t('filters.max')} value={max} onChange={(next) => set({ max: next })} />
      </Group>
      <Switch
        size="sm"
        label={t('filters.overdue')}
        checked={filters.overdue}
        onChange={(event) => set({ overdue: event.currentTarget.checked })}
      />
    </Stack>
  );
}

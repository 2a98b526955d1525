import { NumberInput, Radio, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadError } from '@/ui/empty-state';
import { fieldErrors } from '@/ui/errors';
import { DrawerForm, FormDrawer, Pair } from '@/ui/form-drawer';
import { notify } from '@/ui/notify';
import { useRules, useSaveRules, useSellers } from '../api';
import {
  changeOf,
  problemsOf,
  type RulesField,
  type RulesValues,
  type SellerValues,
  valuesOf,
} from '../rules-form';
import { type DealMethod, type FloorRules, METHODS, type Seller } from '../types';
import classes from './floor.module.css';

interface Props {
  opened: boolean;
  onClose(): void;
}

/** By which rules clients are dealt, each with what it means. */
export function Rules({ opened, onClose }: Props) {
  const { t } = useTranslation();
  const rules = useRules();
  const sellers = useSellers();
  const problem = rules.isLoadingError ? rules : sellers.isLoadingError ? sellers : null;
  return (
    <FormDrawer opened={opened} onClose={onClose} title={t('floor.rules.title')}>
      {problem && <LoadError error={problem.error} retry={() => void problem.refetch()} />}
      {opened && rules.data && sellers.data && (
        <RulesForm rules={rules.data} sellers={sellers.data} onClose={onClose} />
      )}
    </FormDrawer>
  );
}

interface FormProps {
  rules: FloorRules;
  sellers: readonly Seller[];
  onClose(): void;
}

function RulesForm({ rules, sellers, onClose }: FormProps) {
  const { t } = useTranslation();
  // What others change meanwhile does not take away what is being written.
  const [begun] = useState(sellers);
  const [values, setValues] = useState<RulesValues>(() => valuesOf(rules, sellers));
  const [tried, setTried] = useState(false);
  const save = useSaveRules();
  const problems = tried ? problemsOf(values) : {};
  const refused = fieldErrors(save.error, t);
  const set = (change: Partial<RulesValues>) => setValues((before) => ({ ...before, ...change }));
  const setSeller = (id: string, change: Partial<SellerValues>) =>
    set({ sellers: values.sellers.map((seller) => (seller.id === id ? { ...seller, ...change } : seller)) });
  const problemAt = (field: RulesField) => {
    const problem = problems[field];
    return problem ? t(`floor.rules.problems.${problem}`) : refused[field];
  };

  return (
    <DrawerForm
      exists
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(problemsOf(values)).length > 0) return;
        save.mutate(changeOf(values, begun), {
          onSuccess: () => {
            notify.done(t('floor.rules.saved'));
            onClose();
          },
        });
      }}
    >
      <fieldset className={classes.fieldset}>
        <legend>{t('floor.rules.window')}</legend>
        <Text size="sm" c="dimmed">
          {t('floor.rules.windowHint')}
        </Text>
        <Pair>
          <NumberInput
            label={t('floor.rules.from')}
            min={0}
            max={3650}
            allowDecimal={false}
            value={values.from_days}
            onChange={(from_days) => set({ from_days })}
            error={problemAt('from_days')}
          />
          <NumberInput
            label={t('floor.rules.to')}
            min={0}
            max={3650}
            allowDecimal={false}
            value={values.to_days}
            onChange={(to_days) => set({ to_days })}
            error={problemAt('to_days')}
          />
        </Pair>
        <TextInput
          label={t('floor.rules.periods')}
          description={t('floor.rules.periodsHint')}
          value={values.periods}
          onChange={(event) => set({ periods: event.currentTarget.value })}
          error={problemAt('periods')}
        />
      </fieldset>
      <Radio.Group
        label={t('floor.rules.method')}
        value={values.method}
        onChange={(method) => set({ method: method as DealMethod })}
      >
        <Stack gap={10} mt={6}>
          {METHODS.map((method) => (
            <Radio
              key={method}
              value={method}
              label={t(`floor.rules.methods.${method}`)}
              description={t(`floor.rules.methodHints.${method}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <NumberInput
        label={t('floor.rules.capacity')}
        description={t('floor.rules.capacityHint')}
        min={1}
        max={100_000}
        allowDecimal={false}
        value={values.capacity}
        onChange={(capacity) => set({ capacity })}
        error={problemAt('capacity')}
      />
      <Switch
        label={t('floor.rules.keep')}
        description={t('floor.rules.keepHint')}
        checked={values.keep_last_seller}
        onChange={(event) => set({ keep_last_seller: event.currentTarget.checked })}
      />
      {values.sellers.length > 0 && (
        <fieldset className={classes.fieldset}>
          <legend>{t('floor.rules.sellers')}</legend>
          <Text size="sm" c="dimmed">
            {t('floor.rules.sellersHint')}
          </Text>
          {values.sellers.map((seller) => (
            <OfSeller
              key={seller.id}
              seller={seller}
              method={values.method}
              onChange={(change) => setSeller(seller.id, change)}
            />
          ))}
        </fieldset>
      )}
    </DrawerForm>
  );
}

interface OfSellerProps {
  seller: SellerValues;
  method: DealMethod;
  onChange(change: Partial<SellerValues>): void;
}

/** What the chosen method asks of a seller, and how many clients they can take. */
function OfSeller({ seller, method, onChange }: OfSellerProps) {
  const { t } = useTranslation();
  const name = seller.name;
  return (
    <div className={classes.ofSeller}>
      <strong>{name}</strong>
      {method === 'weighted' && (
        <NumberInput
          label={t('floor.rules.weight')}
          aria-label={t('floor.rules.weightOf', { name })}
          min={1}
          max={100}
          allowDecimal={false}
          value={seller.weight}
          onChange={(weight) => onChange({ weight })}
        />
      )}
      {method === 'region' && (
        <TagsInput
          label={t('floor.rules.regions')}
          aria-label={t('floor.rules.regionsOf', { name })}
          placeholder={t('floor.rules.regionsPlaceholder')}
          value={seller.regions}
          onChange={(regions) => onChange({ regions })}
        />
      )}
      {method === 'tag' && (
        <TagsInput
          label={t('floor.rules.tags')}
          aria-label={t('floor.rules.tagsOf', { name })}
          placeholder={t('floor.rules.tagsPlaceholder')}
          value={seller.tags}
          onChange={(tags) => onChange({ tags })}
        />
      )}
      <NumberInput
        label={t('floor.rules.ownCapacity')}
        aria-label={t('floor.rules.capacityOf', { name })}
        placeholder={t('floor.rules.likeAll')}
        min={1}
        max={100_000}
        allowDecimal={false}
        value={seller.capacity}
        onChange={(capacity) => onChange({ capacity })}
      />
    </div>
  );
}

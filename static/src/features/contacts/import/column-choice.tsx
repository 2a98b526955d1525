import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FIELDS, type Field, type Mapping, ORDER_FIELDS } from './columns';
import type { Table } from './csv';
import classes from './import.module.css';

interface Props {
  file: File;
  table: Table;
  detected: Mapping;
  mapping: Mapping;
  onMapping(mapping: Mapping): void;
  disabled: boolean;
}

/** Which column holds what, and the first rows as they will be understood. */
export function ColumnChoice({ file, table, detected, mapping, onMapping, disabled }: Props) {
  const { t } = useTranslation();
  const columns = [...new Set(table.names.filter(Boolean))];
  const used = new Set(Object.values(mapping).filter((column) => column !== null));
  const unused = columns.filter((column) => !used.has(column));
  const hasOrders = ORDER_FIELDS.some((field) => mapping[field] !== null);
  return (
    <>
      <section className={classes.panel} aria-label={t('contacts.import.columns')}>
        <h2>{t('contacts.import.columns')}</h2>
        <p className={classes.hint}>{t('contacts.import.columnsHint', { name: file.name })}</p>
        <div className={classes.columns}>
          {FIELDS.map((field) => (
            <Select
              key={field}
              label={t(`contacts.import.fields.${field}`)}
              required={field === 'name'}
              placeholder={t('contacts.import.noColumn')}
              error={field === 'name' && mapping.name === null ? t('contacts.import.needsName') : undefined}
              data={columns}
              value={mapping[field]}
              disabled={disabled}
              searchable
              // What a column's name tells by itself can be told otherwise, and not be untold.
              clearable={detected[field] === null}
              allowDeselect={detected[field] === null}
              onChange={(column) => onMapping({ ...mapping, [field]: column })}
            />
          ))}
        </div>
        {unused.length > 0 && (
          <p className={classes.unused}>
            {t('contacts.import.unused', { count: unused.length, names: unused.join(', ') })}
          </p>
        )}
      </section>
      <section className={classes.panel} aria-label={t('contacts.import.sample')}>
        <h2>{t('contacts.import.sample')}</h2>
        <p className={classes.hint}>
          {t(hasOrders ? 'contacts.import.kindOrders' : 'contacts.import.kindContacts')}
        </p>
        <Sample table={table} mapping={mapping} />
      </section>
    </>
  );
}

function Sample({ table, mapping }: { table: Table; mapping: Mapping }) {
  const { t } = useTranslation();
  const fields = FIELDS.filter((field) => mapping[field] !== null);
  const cell = (cells: string[], field: Field) => cells[table.names.indexOf(mapping[field] ?? '')] ?? '';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard
    <div className={classes.scroll} tabIndex={0}>
      <table className={classes.sample}>
        <thead>
          <tr>
            {fields.map((field) => (
              <th key={field} scope="col">
                {t(`contacts.import.fields.${field}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(({ line, cells }) => (
            <tr key={line}>
              {fields.map((field) => {
                const text = cell(cells, field);
                const isMissing = field === 'name' && text === '';
                return (
                  <td key={field} title={text} data-missing={isMissing || undefined}>
                    {isMissing ? t('validation.required') : text || '—'}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

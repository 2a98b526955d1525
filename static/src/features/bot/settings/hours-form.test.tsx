import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { fakeServer, show } from '@/testing/screen';
import { HoursForm } from './hours-form';

afterEach(cleanup);

const day = (name: string) => within(screen.getByRole('listitem', { name }));
const save = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Salvar' });

it('saves a week by its intervals, and nothing that makes no sense', async () => {
  const asked = fakeServer({
    'PUT /bot/config/business_hours': ({ body }) => ({
      json: { key: 'business_hours', value: (body as { value: unknown }).value, updated_at: '' },
    }),
    'GET /bot/config': () => ({ json: { items: [] } }),
  });
  await show(<HoursForm value={undefined} />, 'service');
  expect(save().disabled).toBe(true);
  fireEvent.click(screen.getByRole('switch', { name: /Atender só em certos horários/ }));
  const monday = day('Segunda-feira');
  fireEvent.change(monday.getByLabelText('Segunda-feira: até'), { target: { value: '07:00' } });
  expect(monday.getByRole('alert').textContent).toContain('O fim vem antes do começo');
  expect(save().disabled).toBe(true);
  fireEvent.change(monday.getByLabelText('Segunda-feira: até'), { target: { value: '12:00' } });
  fireEvent.click(monday.getByRole('button', { name: /Outro intervalo/ }));
  for (const name of ['Terça-feira', 'Quarta-feira', 'Quinta-feira', 'Sexta-feira']) {
    fireEvent.click(day(name).getByRole('switch'));
  }
  fireEvent.click(save());
  await waitFor(() => expect(asked.some(({ method }) => method === 'PUT')).toBe(true));
  expect(asked[0]?.body).toEqual({
    value: {
      mon: [
        ['08:00', '12:00'],
        ['13:00', '17:00'],
      ],
      tue: [],
      wed: [],
      thu: [],
      fri: [],
      sat: [],
      sun: [],
    },
  });
});

import { expect, it } from 'vitest';
import { formatPhone, whatsAppLink } from './phone';

it('shows Brazilian numbers as people write them, and others as they are', () => {
  expect(formatPhone('+5511988887777')).toBe('(11) 98888-7777');
  expect(formatPhone('+55 11 3333-4444')).toBe('(11) 3333-4444');
  expect(formatPhone('+14155550100')).toBe('+14155550100');
  expect(whatsAppLink('+55 11 98888-7777')).toBe('https://wa.me/5511988887777');
});

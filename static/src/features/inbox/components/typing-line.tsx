import { useTranslation } from 'react-i18next';
import { firstName } from '@/ui/person-avatar';
import type { Company } from '../use-conversation';
import classes from './inbox.module.css';

/** Who writes right now, on either side. */
export function TypingLine({ company: { customer, colleagues } }: { company: Company }) {
  const { t } = useTranslation();
  const names = (doing: string) =>
    colleagues.filter((one) => one.doing === doing).map(({ user }) => firstName(user.name));
  const [typing, noting] = [names('typing'), names('editing')];
  const lines = [
    ...(customer?.doing === 'typing' ? [t('inbox.typing.customer')] : []),
    ...(typing.length > 0 ? [t('inbox.typing.colleague', { name: typing.join(', ') })] : []),
    ...(noting.length > 0 ? [t('inbox.typing.note', { name: noting.join(', ') })] : []),
  ];
  return (
    <p className={classes.typing} role="status">
      {lines.join(' · ')}
    </p>
  );
}

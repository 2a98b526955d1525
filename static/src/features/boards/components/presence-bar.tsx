import { useTranslation } from 'react-i18next';
import type { Present } from '@/live/presence';
import { useFormats } from '@/ui/format';
import { PersonAvatar } from '@/ui/person-avatar';
import { useBoardUi } from '../store';
import type { Board } from '../types';
import { useOpenBoard } from '../use-board';
import classes from './board.module.css';

const SHOWN = 4;

/** Who else looks at this board, since when, and what they do. */
export function PresenceBar() {
  const { t } = useTranslation();
  const { board } = useOpenBoard();
  const formats = useFormats();
  const others = useBoardUi((ui) => ui.others);
  const doing = useDoing(board);
  if (others.length === 0) return null;
  const label = (present: Present) =>
    t('presence.person', {
      who: present.user.name,
      doing: doing(present),
      since: formats.time(present.since),
      ago: formats.relative(present.since),
    });
  const [shown, rest] = [others.slice(0, SHOWN), others.slice(SHOWN)];
  return (
    <div className={classes.presence}>
      <ul aria-label={t('presence.title')}>
        {shown.map((present) => (
          <li key={present.user.id} data-busy={present.doing !== 'viewing' || undefined}>
            <PersonAvatar
              person={{ id: present.user.id, full_name: present.user.name }}
              size={26}
              label={label(present)}
            />
          </li>
        ))}
        {rest.length > 0 && (
          <li className={classes.more} title={rest.map(label).join('\n')}>
            +{rest.length}
          </li>
        )}
      </ul>
      <span className={classes.presenceWord}>{t('presence.now')}</span>
    </div>
  );
}

function useDoing(board: Board): (present: Present) => string {
  const { t } = useTranslation();
  return ({ doing, on }) => {
    const title = board.leads.find((lead) => lead.id === on.lead_id)?.title;
    if (doing === 'dragging' && title) return t('presence.dragging', { title });
    if (doing === 'editing' && title) return t('presence.editing', { title });
    return t('presence.viewing');
  };
}

import { IconBolt, IconCloudUp, IconCoins } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, LANGUAGES } from '@/i18n';
import { Logo } from '@/ui/logo';
import classes from './layout.module.css';

/** The frame of the screens before sign-in: the form, and beside it what one gets. */
export function AuthLayout({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const pitch = [
    { Icon: IconBolt, text: t('auth.pitch.live') },
    { Icon: IconCloudUp, text: t('auth.pitch.offline') },
    { Icon: IconCoins, text: t('auth.pitch.exact') },
  ];
  return (
    <div className={classes.layout}>
      <aside className={classes.side}>
        <span className={classes.brand}>
          <Logo size={40} />
          {t('app.name')}
        </span>
        <p className={classes.tagline}>{t('app.tagline')}</p>
        <ul>
          {pitch.map(({ Icon, text }) => (
            <li key={text}>
              <Icon size={20} stroke={1.6} aria-hidden />
              {text}
            </li>
          ))}
        </ul>
      </aside>
      <main className={classes.main}>
        <div className={classes.card}>
          <h1>{title}</h1>
          <p className={classes.hint}>{hint}</p>
          {children}
        </div>
        <div className={classes.languages}>
          {LANGUAGES.map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-pressed={i18n.language === language}
              onClick={() => void changeLanguage(language)}
            >
              {t(`profile.languages.${language}`)}
            </button>
          ))}
        </div>
      </main>
    </div>
  );
}

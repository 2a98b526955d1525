import { useSession } from '@/api/queries';
import { NotificationsSection } from '@/features/notifications/preferences-section';
import { ProfileScreen } from '@/features/profile/screen';

/** What one decides for oneself: each feature brings its part. */
export default function SettingsScreen() {
  const user = useSession()?.user;
  return <ProfileScreen>{user && <NotificationsSection userId={user.id} />}</ProfileScreen>;
}

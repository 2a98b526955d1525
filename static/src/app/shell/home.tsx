import { Navigate } from 'react-router';
import { useMe } from '@/api/queries';
import { useScreens } from './screens';

/** Where one arrives: the first screen that one may open. */
export default function Home() {
  const { isPending } = useMe();
  const [first] = useScreens();
  return isPending || !first ? null : <Navigate to={first.to} replace />;
}

import { lazy, Suspense } from 'react';
import { useMe } from '@/api/queries';

const AdminFloor = lazy(() => import('./admin-screen'));
const MyClients = lazy(() => import('./seller/my-clients'));

/** Who looks after the floor sees all of it; a seller their own clients. */
export default function FloorScreen() {
  const me = useMe().data;
  if (!me) return null;
  return (
    <Suspense>
      {me.permissions.includes('floor.manage') ? <AdminFloor /> : <MyClients me={{ id: me.id }} />}
    </Suspense>
  );
}

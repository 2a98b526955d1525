import { Navigate, Route, Routes, useSearchParams } from 'react-router';
import { AllClients } from './components/all-clients';
import { ClientDrawer } from './components/client-drawer';
import { FloorBoard } from './components/floor-board';
import { FloorFrame } from './components/floor-frame';
import { Performance } from './components/performance';
import { useFloorFeed } from './use-floor-feed';

/** The whole floor: the board of the sellers, all clients, and the figures. */
export default function AdminFloor() {
  const last = useFloorFeed();
  const [params, setParams] = useSearchParams();
  const clientId = params.get('client');
  const close = () => {
    const next = new URLSearchParams(params);
    next.delete('client');
    setParams(next, { replace: true });
  };
  return (
    <FloorFrame last={last}>
      <Routes>
        <Route index element={<FloorBoard />} />
        <Route path="clients" element={<AllClients />} />
        <Route path="performance" element={<Performance />} />
        <Route path="*" element={<Navigate to="/floor" replace />} />
      </Routes>
      <ClientDrawer clientId={clientId} onClose={close} />
    </FloorFrame>
  );
}

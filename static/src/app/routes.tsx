import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation, useMatch } from 'react-router';
import { useSession } from '@/api/queries';
import { loadTexts } from '@/i18n';
import type { Part } from '@/i18n/parts';
import { NotFound } from './not-found';

const Shell = lazy(() => import('./shell/shell'));
const Home = lazy(() => import('./shell/home'));
const SignIn = lazy(() => import('@/features/auth/sign-in'));
const ForgotPassword = lazy(() => import('@/features/auth/forgot-password'));
const ResetPassword = lazy(() => import('@/features/auth/reset-password'));
const AcceptInvitation = lazy(() => import('@/features/auth/accept-invitation'));
const Register = lazy(() => import('@/features/auth/register'));
const Boards = lazy(() => import('@/features/boards/boards-screen'));
const Board = lazy(() => import('@/features/boards/board-screen'));
const Flows = lazy(() => withTexts('bot', import('@/features/bot/flows-screen')));
const FlowEditor = lazy(() => withTexts('bot', import('@/features/bot/editor-screen')));
const Channels = lazy(() => withTexts('service', import('@/features/channels/channels-screen')));
const Channel = lazy(() => withTexts('service', import('@/features/channels/channel-screen')));
const Queues = lazy(() => withTexts('service', import('@/features/queues/screen')));
const Hours = lazy(() => withTexts('service', import('@/features/bot/settings/hours-screen')));
const Ai = lazy(() => withTexts('service', import('@/features/bot/settings/ai-screen')));
const Shop = lazy(() => withTexts('shop', import('@/features/shop/screen')));
const Chat = lazy(() => import('@/features/chat/chat-screen'));
const Inbox = lazy(() => withTexts('inbox', import('@/features/inbox/inbox-screen')));
const Floor = lazy(() => withTexts('floor', import('@/features/floor/screen')));
const Companies = lazy(() => import('@/features/companies/screen'));
const Company = lazy(() => import('@/features/companies/details-screen'));
const Contacts = lazy(() => withTexts('contacts', import('@/features/contacts/screen')));
const Contact = lazy(() => withTexts('contacts', import('@/features/contacts/details-screen')));
const Import = lazy(() => withTexts('contacts', import('@/features/contacts/import/import-screen')));
const ImportJob = lazy(() => withTexts('contacts', import('@/features/contacts/import/job-screen')));
const Orders = lazy(() => withTexts('contacts', import('@/features/contacts/orders-screen')));
const Products = lazy(() => withTexts('products', import('@/features/products/screen')));
const Dashboard = lazy(() => import('@/features/dashboard/screen'));
const Outbox = lazy(() => import('@/features/mail/outbox-screen'));
const Jobs = lazy(() => import('@/features/jobs/screen'));
const Users = lazy(() => import('@/features/users/screen'));
const Settings = lazy(() => import('./settings-screen'));

/** Where links in mails lead, whoever is signed in here. */
const FROM_MAIL = (
  <>
    <Route path="reset-password" element={<ResetPassword />} />
    <Route path="accept-invitation" element={<AcceptInvitation />} />
  </>
);

/** A screen and the texts that only it needs. */
async function withTexts<T>(part: Part, screen: Promise<T>): Promise<T> {
  await loadTexts(part);
  return screen;
}

export function AppRoutes() {
  const signedIn = useSession() !== null;
  // A page for visitors: whoever is signed in here is nobody there.
  const isShop = useMatch('/demo/shop') !== null;
  return <Suspense>{isShop ? <Shop /> : signedIn ? <Inside /> : <Outside />}</Suspense>;
}

function Inside() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<Home />} />
        <Route path="boards" element={<Boards />} />
        <Route path="boards/:boardId" element={<Board />}>
          <Route path="leads/:leadId" element={null} />
        </Route>
        <Route path="bot" element={<Flows />} />
        <Route path="bot/:flowId" element={<FlowEditor />} />
        <Route path="chat/:roomId?" element={<Chat />} />
        <Route path="inbox/:conversationId?" element={<Inbox />} />
        <Route path="floor/*" element={<Floor />} />
        <Route path="companies" element={<Companies />} />
        <Route path="companies/:companyId" element={<Company />} />
        <Route path="contacts" element={<Contacts />} />
        <Route path="contacts/import" element={<Import />} />
        <Route path="contacts/import/:importId" element={<ImportJob />} />
        <Route path="contacts/:contactId" element={<Contact />} />
        <Route path="products" element={<Products />} />
        <Route path="products/orders" element={<Orders />} />
        <Route path="dashboard" element={<Dashboard />} />
        <Route path="users" element={<Users />} />
        <Route path="settings" element={<Settings />} />
        <Route path="settings/channels" element={<Channels />} />
        <Route path="settings/channels/:channelId" element={<Channel />} />
        <Route path="settings/queues" element={<Queues />} />
        <Route path="settings/hours" element={<Hours />} />
        <Route path="settings/ai" element={<Ai />} />
        <Route path="settings/outbox" element={<Outbox />} />
        <Route path="settings/jobs" element={<Jobs />} />
        <Route path="*" element={<NotFound />} />
      </Route>
      <Route path="login" element={<AfterSignIn />} />
      <Route path="register" element={<AfterSignIn />} />
      {FROM_MAIL}
    </Routes>
  );
}

function Outside() {
  const location = useLocation();
  const from = `${location.pathname}${location.search}`;
  return (
    <Routes>
      <Route path="login" element={<SignIn />} />
      <Route path="register" element={<Register />} />
      <Route path="forgot-password" element={<ForgotPassword />} />
      {FROM_MAIL}
      <Route path="*" element={<Navigate to="/login" replace state={{ from }} />} />
    </Routes>
  );
}

/** Back to where the sign-in screen interrupted. */
function AfterSignIn() {
  const { state } = useLocation();
  const from = (state as { from?: string } | null)?.from;
  return <Navigate to={from ?? '/'} replace />;
}

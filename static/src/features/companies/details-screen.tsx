import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { Problem } from '@/api/problem';
import { useMayI } from '@/api/queries';
import type { Company } from '@/api/types';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { Delayed } from '@/ui/delayed';
import { BackLink } from '@/ui/details';
import details from '@/ui/details.module.css';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { useCompany, useLiveCompanies, useLiveContacts } from './api';
import { CompanyActivity } from './components/activity';
import { CompanyFacts } from './components/company-facts';
import { CompanyForm } from './components/company-form';
import { CompanyLeads, CompanyPeople } from './components/company-leads';
import { DeleteCompany } from './components/delete-company';

export default function CompanyScreen() {
  const { t } = useTranslation();
  const { companyId = '' } = useParams();
  useLiveCompanies();
  useLiveContacts();
  const company = useCompany(companyId);

  if (company.isPending) {
    return (
      <Delayed>
        <Page title={t('companies.loading')}>
          <Skeleton height={320} radius="md" />
        </Page>
      </Delayed>
    );
  }
  const gone = company.error instanceof Problem && [400, 404].includes(company.error.status);
  if (gone || company.isLoadingError) {
    return gone ? (
      <EmptyState
        title={t('companies.goneTitle')}
        hint={t('companies.goneHint')}
        action={
          <Button component={Link} to="/companies">
            {t('companies.all')}
          </Button>
        }
      />
    ) : (
      <LoadError error={company.error} retry={() => void company.refetch()} />
    );
  }
  return <Details key={companyId} company={company.data} />;
}

function Details({ company }: { company: Company }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMayI('companies.write');
  const mayDelete = useMayI('companies.manage');
  const maySeeLeads = useMayI('boards.read');
  const [params, setParams] = useSearchParams();
  const [deleting, question] = useDisclosure();
  const editing = params.has('edit') && mayWrite;
  const edit = useMemo(() => () => setParams({ edit: '' }), [setParams]);
  const close = () => setParams({}, { replace: true });

  const commands = useMemo<Command[]>(
    () =>
      mayWrite
        ? [
            {
              id: 'edit-company',
              group: t('palette.actions'),
              label: t('companies.editTitle', { name: company.name }),
              run: edit,
            },
          ]
        : [],
    [mayWrite, t, edit, company.name],
  );
  useCommands('company', commands);
  useShortcuts(
    t('companies.one'),
    mayWrite ? [{ keys: 'E', key: 'e', label: t('common.edit'), run: edit }] : [],
  );

  return (
    <>
      <Page
        title={company.name}
        back={<BackLink to="/companies">{t('companies.title')}</BackLink>}
        actions={
          <>
            {mayDelete && (
              <Tooltip label={t('common.delete')}>
                <ActionIcon
                  size={36}
                  variant="default"
                  aria-label={t('common.delete')}
                  onClick={question.open}
                >
                  <IconTrash size={17} stroke={1.7} />
                </ActionIcon>
              </Tooltip>
            )}
            {mayWrite && (
              <Button leftSection={<IconPencil size={16} stroke={1.7} />} onClick={edit}>
                {t('common.edit')}
              </Button>
            )}
          </>
        }
      >
        <div className={details.columns}>
          <div>
            {maySeeLeads && <CompanyLeads company={company} />}
            <CompanyActivity companyId={company.id} />
          </div>
          <div>
            <CompanyFacts company={company} />
            <CompanyPeople companyId={company.id} />
          </div>
        </div>
      </Page>
      <CompanyForm
        opened={editing}
        company={company}
        onClose={close}
        onSaved={() => {
          notify.done(t('common.saved'));
          close();
        }}
      />
      <DeleteCompany
        opened={deleting}
        company={company}
        onClose={question.close}
        onDeleted={() => {
          notify.done(t('companies.deleted', { name: company.name }));
          navigate('/companies', { replace: true });
        }}
      />
    </>
  );
}

type Json<T> = { content: { 'application/json': T } };
type Query = Record<string, string | number | boolean | undefined>;

interface Call<Body, Answer, Path = never, Search = Query> {
  parameters: { query?: Search; header?: never; cookie?: never } & ([Path] extends [never]
    ? { path?: never }
    : { path: Path });
  requestBody: [Body] extends [never] ? never : Json<Body>;
  responses: {
    200: { headers: Record<string, unknown> } & ([Answer] extends [never] ? { content?: never } : Json<Answer>);
    default: { headers: Record<string, unknown>; content: { 'application/problem+json': components['schemas']['Problem'] } };
  };
}

type Get<Answer, Path = never> = { get: Call<never, Answer, Path>['responses'] extends infer R
  ? { parameters: Call<never, Answer, Path>['parameters']; requestBody?: never; responses: R }
  : never };
type Post<Body, Answer, Path = never> = { post: Call<Body, Answer, Path> };
type PostNothing = { post: { parameters: { query?: never; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: Call<never, never>['responses'] } };
type Put<Body, Answer, Path = never> = { put: Call<Body, Answer, Path> };
type Patch<Body, Answer, Path = never> = { patch: Call<Body, Answer, Path> };
type Delete<Path> = { delete: { parameters: Call<never, never, Path>['parameters']; requestBody?: never; responses: Call<never, never>['responses'] } };

type Id = { id: string };
type S = components['schemas'];

export interface paths {
  '/api/v1/auth/register': Post<S['Register'], S['Session']>;
  '/api/v1/auth/login': Post<S['Login'], S['Session']>;
  '/api/v1/auth/refresh': Post<{ refreshToken: string }, S['Tokens']>;
  '/api/v1/auth/logout': PostNothing;
  '/api/v1/auth/me': Get<S['Me']> & Patch<Partial<Pick<S['Me'], 'full_name' | 'phone' | 'language' | 'theme'>>, S['Me']>;
  '/api/v1/auth/password': Post<{ current_password: string; new_password: string }, never>;
  '/api/v1/users': Get<S['UserPage']> & Post<S['NewUser'], S['UserSummary']>;
  '/api/v1/users/{id}': Get<S['UserSummary'], Id> &
    Patch<Partial<Pick<S['UserSummary'], 'full_name' | 'role' | 'phone' | 'is_active'>>, S['UserSummary'], Id>;
  '/api/v1/boards': Get<S['BoardPage']> & Post<S['NewBoard'], S['BoardSummary']>;
  '/api/v1/boards/{id}': Get<S['Board'], Id> &
    Put<Partial<Pick<S['BoardSummary'], 'name' | 'description' | 'archived' | 'is_default'>>, S['BoardSummary'], Id> &
    Delete<Id>;
}

export interface components {
  schemas: {
    Problem: {
      status: number;
      title: string;
      code: string;
      detail?: string | null;
      errors?: { field: string; code: string; message: string }[];
    };
    Register: { tenant_name: string; full_name: string; email: string; password: string };
    Login: { email: string; password: string };
    Tokens: { accessToken: string; refreshToken: string };
    Session: { user: S['SessionUser']; accessToken: string; refreshToken: string };
    Role: 'admin' | 'supervisor' | 'attendant' | 'seller' | 'super_admin';
    SessionUser: {
      id: string;
      email: string;
      full_name: string;
      role: S['Role'];
      avatar_url: string | null;
      tenant: { id: string; name: string; slug: string };
    };
    Me: S['SessionUser'] & {
      phone: string | null;
      language: 'pt-BR' | 'en' | null;
      theme: 'light' | 'dark' | 'system' | null;
      permissions: string[];
    };
    UserSummary: {
      id: string;
      email: string;
      full_name: string;
      role: S['Role'];
      avatar_url: string | null;
      phone: string | null;
      is_active: boolean;
      created_at: string;
      last_seen_at: string | null;
    };
    UserPage: { items: S['UserSummary'][]; total: number; page: number; per_page: number };
    NewUser: { full_name: string; email: string; password: string; role: S['Role'] };
    BoardSummary: {
      id: string;
      name: string;
      description: string | null;
      is_default: boolean;
      archived: boolean;
      stage_count: number;
      lead_count: number;
      total_value: string;
      created_at: string;
      updated_at: string;
    };
    BoardPage: { items: S['BoardSummary'][]; total: number; page: number; per_page: number };
    NewBoard: { name: string; description?: string | null };
    Board: {
      id: string;
      name: string;
      description: string | null;
      is_default: boolean;
      archived: boolean;
      created_at: string;
      updated_at: string;
      stages: S['Stage'][];
      leads: S['Lead'][];
    };
    Stage: {
      id: string;
      board_id: string;
      name: string;
      color: string;
      kind: 'open' | 'won' | 'lost';
      position: number;
      lead_count: number;
      total_value: string;
    };
    Lead: {
      id: string;
      board_id: string;
      stage_id: string;
      position: number;
      title: string;
      description: string | null;
      value: string | null;
      priority: 'low' | 'medium' | 'high' | 'urgent';
      probability: number | null;
      expected_close_date: string | null;
      assigned_to: string | null;
      company_id: string | null;
      contact_id: string | null;
      name: string | null;
      email: string | null;
      phone: string | null;
      company: string | null;
      cnpj: string | null;
      score: number | null;
      tags: string[];
      custom: Record<string, unknown>;
      created_by: string | null;
      created_at: string;
      updated_at: string;
    };
  };
}

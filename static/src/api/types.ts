/** What the server answers, by the names of its OpenAPI document. */
import type { components } from './schema';

type Schemas = components['schemas'];

/** Answers carry every field; the document only calls those that may be null optional as well. */
export type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> }
    : T;

export type ProblemBody = Schemas['Problem'];
export type Role = Schemas['Role'];
export type Permission = Schemas['Permission'];
export type Session = Whole<Schemas['Session']>;
export type SessionUser = Whole<Schemas['SessionUser']>;
export type Tokens = Whole<Schemas['TokenPair']>;
export type Me = Whole<Schemas['Me']>;
export type UserSummary = Whole<Schemas['UserSummary']>;
export type BoardSummary = Whole<Schemas['BoardSummary']>;
export type Board = Whole<Schemas['Board']>;
export type Stage = Whole<Schemas['Stage']>;
export type Lead = Whole<Schemas['Lead']>;
export type Company = Whole<Schemas['Company']>;
export type CompanySize = Schemas['Size'];
export type DuplicateCompany = Whole<Schemas['Duplicate']>;
export type Activity = Whole<Schemas['Activity']>;
export type Overview = Whole<Schemas['Overview']>;
export type Kpis = Whole<Schemas['Kpis']>;
export type Attachment = Whole<Schemas['Attachment']>;
export type JobSummary = Whole<Schemas['JobSummary']>;
export type Channel = Whole<Schemas['Channel']>;
export type Queue = Whole<Schemas['Queue']>;
export type Contact = Whole<Schemas['Contact']>;
export type Product = Whole<Schemas['Product']>;
export type Order = Whole<Schemas['Order']>;
export type Import = Whole<Schemas['Import']>;
export type ConversationSummary = Whole<Schemas['ConversationSummary']>;

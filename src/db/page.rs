//! Lists in pages, all alike: `?page=1&per_page=25&search=&sort=-created_at`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{FieldError, Refusal};

/// The part of a list's query that all lists share.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// From 1.
    page: Option<i64>,
    /// 25 unless told; at most 100.
    per_page: Option<i64>,
    /// Text to look for.
    search: Option<String>,
    /// A field to order by; with `-` before it, downwards.
    sort: Option<String>,
}

/// A page that can be asked for.
#[derive(Clone, Debug)]
pub(crate) struct PageRequest {
    pub(crate) page: i64,
    pub(crate) per_page: i64,
    /// Trimmed; never empty.
    pub(crate) search: Option<String>,
    pub(crate) sort: Option<Sort>,
}

/// A field to order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) field: &'static str,
    pub(crate) descending: bool,
}

impl PageQuery {
    /// # Errors
    /// `invalid`, naming the parameter, when a number is out of range or the list cannot be ordered by `sort`.
    pub(crate) fn check(&self, sortable: &[&'static str]) -> Result<PageRequest, Refusal> {
        let page = self.page.unwrap_or(1);
        let per_page = self.per_page.unwrap_or(25);
        let mut errors = Vec::new();
        // The upper bound keeps page * per_page far from overflow.
        if !(1..=1_000_000).contains(&page) {
            errors.push(FieldError::new("page", "out_of_range", "must be from 1 to 1,000,000"));
        }
        if !(1..=100).contains(&per_page) {
            errors.push(FieldError::new("per_page", "out_of_range", "must be from 1 to 100"));
        }
        let sort = self.sort.as_deref().filter(|text| !text.is_empty()).and_then(|text| {
            let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
            let known = sortable.iter().find(|known| **known == name);
            if known.is_none() {
                errors.push(FieldError::new(
                    "sort",
                    "invalid",
                    format!("must be one of: {}", sortable.join(", ")),
                ));
            }
            known.map(|field| Sort { field, descending })
        });
        // No text in the database contains it, and PostgreSQL does not take it.
        if self.search.as_deref().is_some_and(|text| text.contains('\0')) {
            errors.push(FieldError::new(
                "search",
                "invalid",
                "must not contain control characters",
            ));
        }
        if !errors.is_empty() {
            return Err(Refusal::invalid(errors));
        }
        let search = self
            .search
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned);
        Ok(PageRequest {
            page,
            per_page,
            search,
            sort,
        })
    }
}

impl PageRequest {
    pub(crate) fn offset(&self) -> i64 {
        (self.page - 1) * self.per_page
    }

    /// A pattern for `ILIKE` that finds the searched text literally.
    pub(crate) fn search_pattern(&self) -> Option<String> {
        self.search.as_ref().map(|text| {
            let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("%{escaped}%")
        })
    }

    pub(crate) fn answer<T>(&self, items: Vec<T>, total: i64) -> Page<T> {
        Page {
            items,
            total,
            page: self.page,
            per_page: self.per_page,
        }
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    items: Vec<T>,
    total: i64,
    page: i64,
    per_page: i64,
}

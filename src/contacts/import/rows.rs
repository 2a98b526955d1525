//! What stands in a file: CSV with a line of names, as spreadsheets write it, in Portuguese or English. Pure.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value, json};

use crate::contacts::Details;
use crate::contacts::export::unguarded;
use crate::contacts::view::RowError;
use crate::error::{FieldError, Refusal};
use crate::fields::money::Money;
use crate::fields::noon;

const MAX_ROWS: usize = 200_000;
/// How many rejected rows are told.
const MAX_ERRORS: usize = 1_000;
const MAX_WORD: usize = 100;

/// A row that says something about a contact.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// What the row leaves out says nothing.
    pub(super) contact: Details,
    pub(super) order: Option<RowOrder>,
}

/// Something that the contact of a row bought.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowOrder {
    pub(super) number: Option<String>,
    pub(super) ordered_at: DateTime<Utc>,
    pub(super) value: Money,
    pub(super) product: Option<String>,
}

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) rows: Vec<Row>,
    pub(super) rejected: usize,
    /// Of the rejected rows, the first.
    pub(super) errors: Vec<RowError>,
}

macro_rules! columns {
    ($($name:ident = $field:literal, $($known:literal)|+;)+) => {
        /// What a column holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        enum Column { $($name),+ }

        impl Column {
            const ALL: &'static [Column] = &[$(Column::$name),+];

            /// As a mapping names it, and as errors do.
            fn field(self) -> &'static str {
                match self { $(Column::$name => $field),+ }
            }

            /// The column that is usually called so.
            fn known(simple: &str) -> Option<Self> {
                match simple { $($($known)|+ => Some(Column::$name),)+ _ => None }
            }
        }
    };
}

// Not `last_purchase_at` and `total_spent`: an export bears them, and they are no order.
columns! {
    Name = "name", "name" | "nome" | "cliente" | "nomecompleto" | "nomedocliente";
    Phone = "phone", "phone" | "celular" | "telefone" | "fone" | "whatsapp" | "mobile";
    Email = "email", "email" | "correio" | "mail";
    Region = "region", "region" | "regiao";
    Tags = "tags", "tags" | "etiquetas" | "marcadores";
    Notes = "notes", "notes" | "observacoes" | "observacao" | "obs" | "notas";
    Number = "order_number", "ordernumber" | "pedido" | "numeropedido" | "numerodopedido" | "order";
    OrderedAt = "ordered_at", "orderedat" | "datapedido" | "datadopedido" | "datacompra" | "datadacompra" | "dataultimacompra" | "ultimacompra";
    Value = "value", "value" | "valor" | "valortotal" | "valorpedido" | "valordopedido" | "ordervalue";
    Product = "product", "product" | "produto";
}

/// The letters and digits of a name, without accents and in lower case.
pub(super) fn simple(name: &str) -> String {
    let plain = |c: char| match c {
        'á' | 'à' | 'ã' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'õ' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        c => c,
    };
    name.to_lowercase()
        .chars()
        .map(plain)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Where each column of a file is.
struct Columns(HashMap<Column, usize>);

impl Columns {
    /// A mapping names the columns by their fields; without one their names tell.
    fn of(names: &StringRecord, mapping: &HashMap<String, String>) -> Result<Self, Refusal> {
        let place = |wanted: &str| names.iter().position(|name| name == wanted.trim());
        let mut columns = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            if let Some(column) = Column::known(&simple(name)) {
                columns.entry(column).or_insert(place);
            }
        }
        for (field, name) in mapping {
            let column = Column::ALL.iter().find(|column| column.field() == field);
            let (Some(column), Some(place)) = (column, place(name)) else {
                let message = format!("\"{field}\" is no field, or there is no column \"{name}\"");
                return Err(Refusal::field("mapping", "invalid", message));
            };
            columns.insert(*column, place);
        }
        if !columns.contains_key(&Column::Name) {
            return Err(Refusal::field(
                "file",
                "invalid",
                "no column holds the names of contacts",
            ));
        }
        Ok(Self(columns))
    }

    fn get<'a>(&self, record: &'a StringRecord, column: Column) -> Option<&'a str> {
        let text = record.get(*self.0.get(&column)?)?.trim();
        let text = unguarded(text);
        (!text.is_empty()).then_some(text)
    }
}

/// # Errors
/// `invalid`, where the file does not tell the names of contacts.
pub(super) fn check_columns(file: &[u8], mapping: &HashMap<String, String>) -> Result<(), Refusal> {
    let end = file.iter().position(|byte| *byte == b'\n').unwrap_or(file.len());
    let text = decoded(&file[..end]);
    let names = reader(&text).headers().cloned().map_err(unreadable)?;
    Columns::of(&names, mapping).map(drop)
}

/// Reads a whole file; the present is when nothing later can have been ordered.
///
/// # Errors
/// `invalid`, where it is no such file.
pub(super) fn read(file: &[u8], mapping: &HashMap<String, String>, now: DateTime<Utc>) -> Result<Read, Refusal> {
    let text = decoded(file);
    let mut reader = reader(&text);
    let columns = Columns::of(reader.headers().map_err(unreadable)?, mapping)?;
    let mut read = Read::default();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if read.rows.len() + read.rejected >= MAX_ROWS {
            return Err(Refusal::field("file", "too_long", format!("at most {MAX_ROWS} rows")));
        }
        match row(&columns, &record, now) {
            Ok(row) => read.rows.push(row),
            Err(errors) => {
                read.rejected += 1;
                let line = record.position().map_or(0, csv::Position::line);
                if read.errors.len() < MAX_ERRORS {
                    read.errors
                        .extend(errors.into_iter().map(|error| RowError { row: line, error }));
                }
            }
        }
    }
    read.errors.truncate(MAX_ERRORS);
    Ok(read)
}

fn unreadable(error: csv::Error) -> Refusal {
    Refusal::field("file", "invalid", format!("is no CSV: {error}"))
}

/// UTF-8, or what older spreadsheets write.
fn decoded(file: &[u8]) -> String {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    match std::str::from_utf8(file) {
        Ok(text) => text.to_owned(),
        Err(_) => file.iter().copied().map(char::from).collect(),
    }
}

/// The separator is whichever stands most often in the first line.
fn reader(text: &str) -> csv::Reader<&[u8]> {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    let separator = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|separator| (count(*separator), *separator == b','));
    ReaderBuilder::new()
        .delimiter(separator.unwrap_or(b','))
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes())
}

fn row(columns: &Columns, record: &StringRecord, now: DateTime<Utc>) -> Result<Row, Vec<FieldError>> {
    let mut body = Map::new();
    for column in [
        Column::Name,
        Column::Phone,
        Column::Email,
        Column::Region,
        Column::Notes,
    ] {
        if let Some(text) = columns.get(record, column) {
            body.insert(column.field().to_owned(), json!(text));
        }
    }
    if let Some(tags) = columns.get(record, Column::Tags) {
        let tags = tags.split([',', ';', '|']).map(str::trim).filter(|tag| !tag.is_empty());
        body.insert("tags".to_owned(), json!(tags.collect::<Vec<_>>()));
    }
    let contact = Details::parse(body).map_err(|refusal| refusal.fields);
    let order = order(columns, record, now);
    match (contact, order) {
        (Ok(contact), Ok(order)) => Ok(Row { contact, order }),
        (contact, order) => Err([contact.err(), order.err()].into_iter().flatten().flatten().collect()),
    }
}

fn order(columns: &Columns, record: &StringRecord, now: DateTime<Utc>) -> Result<Option<RowOrder>, Vec<FieldError>> {
    let get = |column| columns.get(record, column);
    let (at, value, number) = (get(Column::OrderedAt), get(Column::Value), get(Column::Number));
    if at.is_none() && value.is_none() && number.is_none() {
        return Ok(None);
    }
    let mut wrong = Vec::new();
    let mut say =
        |column: Column, code: &str, message: &str| wrong.push(FieldError::new(column.field(), code, message));
    let ordered_at = at.and_then(moment);
    match (at, ordered_at) {
        (None, _) => say(Column::OrderedAt, "required", "an order has a date"),
        (Some(_), None) => say(
            Column::OrderedAt,
            "invalid",
            "must be a date like 30/11/2026 or 2026-11-30",
        ),
        (Some(_), Some(at)) if at > now + TimeDelta::days(1) => {
            say(Column::OrderedAt, "out_of_range", "must not lie in the future");
        }
        (Some(_), Some(_)) => {}
    }
    let value = value.map_or(Ok(Money::ZERO), amount);
    if let Err(message) = value {
        say(Column::Value, "invalid", message);
    }
    let product = get(Column::Product);
    for (column, text) in [(Column::Number, number), (Column::Product, product)] {
        if text.is_some_and(|text| text.chars().count() > MAX_WORD || text.chars().any(char::is_control)) {
            say(column, "too_long", "at most 100 characters");
        }
    }
    match (ordered_at, value) {
        (Some(ordered_at), Ok(value)) if wrong.is_empty() => Ok(Some(RowOrder {
            number: number.map(str::to_owned),
            ordered_at,
            value,
            product: product.map(str::to_owned),
        })),
        _ => Err(wrong),
    }
}

/// A day as Brazilians or computers write it; a time of day without a zone says nothing.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    let day = ["%Y-%m-%d", "%d/%m/%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    let timed = || {
        ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    let day = day.or_else(|| timed().map(|timed| timed.date()))?;
    use chrono::Datelike;
    (1900..=2999).contains(&day.year()).then(|| noon(day))
}

/// `1234.50`, `1.234,50` or `R$ 1.234,50`.
fn amount(text: &str) -> Result<Money, &'static str> {
    let bare: String = text
        .trim_start_matches("R$")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let plain = match (bare.rfind(','), bare.rfind('.')) {
        (Some(comma), dot) if dot.is_none_or(|dot| dot < comma) => bare.replace('.', "").replace(',', "."),
        (Some(_), _) => bare.replace(',', ""),
        (None, _) => bare,
    };
    Money::parse(&Value::String(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn reading(text: &str) -> Read {
        read(text.as_bytes(), &HashMap::new(), now()).unwrap()
    }

    #[test]
    fn a_spreadsheets_file_is_read_whatever_its_separator_names_and_encoding() {
        let portuguese = "Nome;Celular;Região;Data do Pedido;Valor Total;Produto;Pedido\n\
                          Marta Reis;(11) 98888-7777;Zona Sul;05/10/2026;R$ 1.234,50;Cimento;A-1\n";
        let english = "name,phone,region,ordered_at,value,product,order_number\n\
                       Marta Reis,'+5511988887777,Zona Sul,2026-10-05,1234.50,Cimento,A-1\n";
        let (one, other) = (reading(portuguese), reading(english));
        assert_eq!(one.rows, other.rows);
        assert_eq!((one.rows.len(), one.rejected), (1, 0));
        let order = one.rows[0].order.clone().unwrap();
        assert_eq!(order.value, Money::parse(&json!("1234.50")).unwrap());
        assert_eq!(order.ordered_at.date_naive().to_string(), "2026-10-05");
        assert_eq!(one.rows[0].contact.phone.as_deref(), Some("+5511988887777"));

        let latin: Vec<u8> = "nome;regi\u{e3}o\nJo\u{e3}o;Zona Sul\n"
            .chars()
            .map(|c| c as u8)
            .collect();
        let read = read(&latin, &HashMap::new(), now()).unwrap();
        assert_eq!(read.rows[0].contact.name, "João");
        assert_eq!(read.rows[0].contact.region.as_deref(), Some("Zona Sul"));
    }

    #[test]
    fn a_row_that_cannot_be_read_is_told_by_its_line_and_the_others_are_read() {
        let read = reading(
            "nome,fone,email,data_pedido,valor\nMarta,11988887777,,2026-10-01,10\n\n,12,nobody,32/01/2026,x\n\
             Rui,,,,\nLia,,,2062-01-01,1\nIvo,,,,5\n",
        );
        assert_eq!((read.rows.len(), read.rejected), (2, 3));
        let told: Vec<_> = read
            .errors
            .iter()
            .map(|wrong| (wrong.row, wrong.error.field.as_str(), wrong.error.code.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (4, "name", "required"),
                (4, "phone", "invalid"),
                (4, "email", "invalid"),
                (4, "ordered_at", "invalid"),
                (4, "value", "invalid"),
                (6, "ordered_at", "out_of_range"),
                (7, "ordered_at", "required"),
            ]
        );
    }

    #[test]
    fn a_mapping_tells_what_names_do_not() {
        let file = b"Quem,Fone 1\nMarta,11988887777\n";
        let mapping = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            pairs
                .map(|(field, name)| ((*field).to_owned(), (*name).to_owned()))
                .collect::<HashMap<_, _>>()
        };
        assert!(check_columns(file, &HashMap::new()).is_err());
        let told = mapping(&[("name", "Quem"), ("phone", "Fone 1")]);
        check_columns(file, &told).unwrap();
        assert_eq!(read(file, &told, now()).unwrap().rows[0].contact.name, "Marta");
        for wrong in [&[("name", "Nome")][..], &[("nome", "Quem")]] {
            assert!(check_columns(file, &mapping(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn amounts_are_read_as_they_are_written_here_and_elsewhere() {
        for (written, read) in [
            ("1.234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("R$ 10", "10.00"),
            ("0,5", "0.50"),
        ] {
            assert_eq!(amount(written).unwrap().decimal().to_string(), read, "{written}");
        }
        assert!(amount("dez").is_err() && amount("-1").is_err());
    }
}

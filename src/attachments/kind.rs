//! What a file is: by its bytes, not by what is said of it. And what a browser may show of it.

use infer::MatcherType;

use crate::error::Refusal;

/// How much of a file is looked at.
pub(super) const HEAD: usize = 8 * 1024;
const MAX_NAME: usize = 200;

/// Tells the content type of a file that begins like this.
///
/// # Errors
/// `invalid` for programs, and for files that are not what their names say they are.
pub(super) fn content_type(head: &[u8], filename: &str) -> Result<String, Refusal> {
    let found = infer::get(head);
    if found.is_some_and(|found| found.matcher_type() == MatcherType::App) {
        return Err(Refusal::field("file", "not_allowed", "programs are not taken"));
    }
    let found = found.map(|found| found.mime_type());
    let named = mime_guess::from_path(filename).first_raw();
    let is_as_named = match (named.and_then(family), found.and_then(family)) {
        (Some(named), Some(found)) => named == found,
        // Some media cannot be told by their beginning, and some endings have other meanings as well: never shown, so harmless.
        (Some(Family::Media), None) | (None, None) => true,
        (Some(Family::Image | Family::Pdf), None) => false,
        (None, Some(_)) => named.is_none(),
    };
    if !is_as_named {
        return Err(Refusal::field("file", "disguised", "is not what its name says it is"));
    }
    Ok(match found {
        Some(found) => found.to_owned(),
        None if is_text(head) => text_type(named).to_owned(),
        None => "application/octet-stream".to_owned(),
    })
}

/// Whether a browser may show it in place: what cannot act.
pub(super) fn is_shown(content_type: &str) -> bool {
    family(content_type).is_some()
}

/// What browsers show in place, where a disguise would matter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Image,
    /// Sound and film share their containers.
    Media,
    Pdf,
}

fn family(content_type: &str) -> Option<Family> {
    match content_type.split_once('/')? {
        // A drawing in XML may hold scripts.
        ("image", "svg+xml") => None,
        ("image", _) => Some(Family::Image),
        ("audio" | "video", _) => Some(Family::Media),
        ("application", "pdf") => Some(Family::Pdf),
        _ => None,
    }
}

fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The end may cut a letter in two.
        Err(error) if error.error_len().is_none() => {
            let whole = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.contains('\0')
}

fn text_type(named: Option<&'static str>) -> &'static str {
    match named {
        Some(named @ ("text/csv" | "text/markdown" | "application/json")) => named,
        Some(_) | None => "text/plain",
    }
}

/// The last part of a name, without what no file system or header takes.
pub(super) fn filename(given: Option<&str>) -> String {
    let last = given.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim().trim_start_matches('.');
    if clean.is_empty() {
        return "arquivo".to_owned();
    }
    let length = clean.chars().count();
    if length <= MAX_NAME {
        return clean.to_owned();
    }
    // The ending says what it is.
    let ending = clean.rfind('.').map_or("", |dot| &clean[dot..]);
    let ending = if ending.chars().count() > 20 { "" } else { ending };
    let stem: String = clean.chars().take(MAX_NAME - ending.chars().count()).collect();
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01";
    const PDF: &[u8] = b"%PDF-1.7\n%";
    const MP4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";
    const WINDOWS_PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";
    const LINUX_PROGRAM: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    const PAGE: &[u8] = b"<!DOCTYPE html><script>alert(1)</script>";
    const DRAWING: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

    fn code(head: &[u8], filename: &str) -> Result<String, String> {
        content_type(head, filename).map_err(|refusal| refusal.fields[0].code.clone())
    }

    #[test]
    fn a_file_is_what_its_bytes_are() {
        for (head, filename, expected) in [
            (PNG, "planta.png", "image/png"),
            (JPEG, "foto.JPG", "image/jpeg"),
            // One image is as harmless as another.
            (PNG, "foto.jpg", "image/png"),
            (PDF, "proposta.pdf", "application/pdf"),
            (PDF, "sem-nome", "application/pdf"),
            (MP4, "visita.mp4", "video/mp4"),
            (b"Ol\xc3\xa1", "leia.txt", "text/plain"),
            (b"Ol\xc3", "cortado.txt", "text/plain"),
            (b"a;b\n1;2", "tabela.csv", "text/csv"),
            (b"{}", "dados.json", "application/json"),
            (b"\xff\0\x01", "dados.bin", "application/octet-stream"),
            (b"export {}", "codigo.ts", "text/plain"),
            (b"", "vazio.txt", "text/plain"),
        ] {
            assert_eq!(code(head, filename).as_deref(), Ok(expected), "{filename}");
        }
    }

    #[test]
    fn programs_and_disguises_are_refused() {
        for (head, filename, expected) in [
            (WINDOWS_PROGRAM, "setup.exe", "not_allowed"),
            (WINDOWS_PROGRAM, "foto.png", "not_allowed"),
            (LINUX_PROGRAM, "nota.pdf", "not_allowed"),
            (PAGE, "foto.png", "disguised"),
            (DRAWING, "foto.jpg", "disguised"),
            (b"ola", "proposta.pdf", "disguised"),
            (PDF, "foto.png", "disguised"),
            (PNG, "nota.txt", "disguised"),
            (PNG, "filme.mp4", "disguised"),
        ] {
            assert_eq!(code(head, filename), Err(expected.to_owned()), "{filename}");
        }
    }

    #[test]
    fn what_could_act_is_never_shown_in_place() {
        for (head, filename) in [
            (PAGE, "pagina.html"),
            (DRAWING, "desenho.svg"),
            (b"<?xml version=\"1.0\"?>", "x.xml"),
        ] {
            let content_type = code(head, filename).unwrap();
            assert!(!is_shown(&content_type), "{filename} is {content_type}");
        }
        assert!(is_shown("image/webp") && is_shown("audio/mpeg") && is_shown("application/pdf"));
        assert!(!is_shown("image/svg+xml") && !is_shown("text/html") && !is_shown("nonsense"));
    }

    #[test]
    fn a_name_is_its_last_part() {
        for (given, expected) in [
            (Some("C:\\fotos\\obra 1.png"), "obra 1.png"),
            (Some("../../etc/passwd"), "passwd"),
            (Some(".htaccess"), "htaccess"),
            (Some("a\r\nb\0.txt"), "ab.txt"),
            (Some("  "), "arquivo"),
            (None, "arquivo"),
        ] {
            assert_eq!(filename(given), expected);
        }
    }

    proptest! {
        #[test]
        fn any_name_becomes_a_short_and_clean_one_and_any_bytes_have_a_type(name in "\\PC{0,400}", head in prop::collection::vec(any::<u8>(), 0..300)) {
            let clean = filename(Some(&name));
            prop_assert!((1..=MAX_NAME).contains(&clean.chars().count()));
            prop_assert!(!clean.contains(['/', '\\']) && !clean.chars().any(char::is_control));
            if let Ok(content_type) = content_type(&head, &clean) {
                prop_assert!(content_type.contains('/'));
            }
        }
    }
}

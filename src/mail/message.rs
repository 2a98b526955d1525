//! What mails say, in the language of whoever gets them.

use super::Mail;
use crate::users::Language;

/// Why somebody gets a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// They, or their administrator, asked for a new password.
    NewPassword,
    /// They were invited to join.
    Invitation,
}

/// A link by which somebody chooses a password.
pub(crate) struct LinkMail<'a> {
    pub(crate) occasion: Occasion,
    pub(crate) language: Language,
    pub(crate) to_name: &'a str,
    pub(crate) to: &'a str,
    pub(crate) company: &'a str,
    pub(crate) link: &'a str,
}

/// The sentences of a mail with one link.
struct Words {
    subject: String,
    greeting: String,
    why: String,
    action: &'static str,
    lasts: &'static str,
    otherwise: &'static str,
}

impl LinkMail<'_> {
    pub(crate) fn written(&self) -> Mail {
        let words = self.words();
        Mail {
            to_name: self.to_name.to_owned(),
            to: self.to.to_owned(),
            text: format!(
                "{}\n\n{}\n\n{}:\n{}\n\n{}\n{}\n",
                words.greeting, words.why, words.action, self.link, words.lasts, words.otherwise
            ),
            html: html(&words, self.link),
            subject: words.subject,
        }
    }

    fn words(&self) -> Words {
        let (name, company) = (self.to_name, self.company);
        match (self.language, self.occasion) {
            (Language::PtBr, Occasion::NewPassword) => Words {
                subject: "Escolha uma nova senha".to_owned(),
                greeting: format!("Olá, {name}."),
                why: format!("Recebemos um pedido de nova senha para o seu acesso ao Balcão em {company}."),
                action: "Escolher nova senha",
                lasts: "O link vale por 1 hora e só pode ser usado uma vez.",
                otherwise: "Se não foi você quem pediu, ignore este e-mail: sua senha continua a mesma.",
            },
            (Language::PtBr, Occasion::Invitation) => Words {
                subject: format!("Convite para entrar em {company}"),
                greeting: format!("Olá, {name}."),
                why: format!("Você foi convidado a usar o Balcão em {company}. Escolha uma senha para começar."),
                action: "Aceitar o convite",
                lasts: "O convite vale por 7 dias e só pode ser usado uma vez.",
                otherwise: "Se você não esperava este convite, ignore este e-mail.",
            },
            (Language::En, Occasion::NewPassword) => Words {
                subject: "Choose a new password".to_owned(),
                greeting: format!("Hello {name},"),
                why: format!("Somebody asked for a new password for your access to Balcão at {company}."),
                action: "Choose a new password",
                lasts: "The link lasts 1 hour and works once.",
                otherwise: "If it was not you, ignore this mail: your password stays as it is.",
            },
            (Language::En, Occasion::Invitation) => Words {
                subject: format!("You are invited to {company}"),
                greeting: format!("Hello {name},"),
                why: format!("You are invited to use Balcão at {company}. Choose a password to begin."),
                action: "Accept the invitation",
                lasts: "The invitation lasts 7 days and works once.",
                otherwise: "If you did not expect it, ignore this mail.",
            },
        }
    }
}

fn html(words: &Words, link: &str) -> String {
    let [greeting, why, link] = [&words.greeting, &words.why, link].map(escaped);
    let Words {
        action,
        lasts,
        otherwise,
        ..
    } = words;
    format!(
        r##"<!doctype html>
<html><head><meta charset="utf-8"></head>
<body style="margin:0;padding:24px;background:#f5f5f4;font-family:sans-serif;font-size:15px;line-height:1.5;color:#1c1917">
<div style="max-width:520px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px">
<p>{greeting}</p>
<p>{why}</p>
<p><a href="{link}" style="display:inline-block;padding:10px 18px;background:#0f766e;color:#ffffff;border-radius:6px;text-decoration:none">{action}</a></p>
<p style="font-size:13px;color:#57534e">{lasts}<br>{otherwise}</p>
<p style="font-size:13px;color:#57534e;word-break:break-all">{link}</p>
</div>
</body></html>
"##
    )
}

/// A text that stands in HTML, or in an attribute of it, as itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_names_the_company_and_holds_its_link_twice_in_html() {
        let mut subjects = Vec::new();
        for language in Language::ALL {
            for occasion in [Occasion::NewPassword, Occasion::Invitation] {
                let mail = LinkMail {
                    occasion,
                    language: *language,
                    to_name: "Ana <b>",
                    to: "ana@example.com",
                    company: "Pão & Cia",
                    link: "https://crm.example.com/x#y",
                }
                .written();
                assert!(mail.text.contains("Pão & Cia") && mail.text.contains("\nhttps://crm.example.com/x#y\n"));
                assert_eq!(mail.html.matches("https://crm.example.com/x#y").count(), 2);
                assert!(mail.html.contains("Ana &lt;b&gt;") && mail.html.contains("Pão &amp; Cia"));
                assert!(!mail.html.contains("<b>"));
                subjects.push(mail.subject);
            }
        }
        subjects.sort();
        subjects.dedup();
        assert_eq!(subjects.len(), 4);
    }
}

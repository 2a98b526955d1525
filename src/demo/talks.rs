//! What customers of the demonstration asked, and who answered.

/// A customer, and what was said, the oldest first.
pub(super) struct Talk {
    pub(super) name: &'static str,
    pub(super) email: Option<&'static str>,
    pub(super) minutes_ago: i64,
    pub(super) said: &'static [Line],
}

/// Something that was done.
pub(super) enum Line {
    Customer(&'static str),
    /// By the first name of who did it.
    Takes(&'static str),
    Answers(&'static str, &'static str),
    Notes(&'static str, &'static str),
    Closes(&'static str, &'static str),
    Rates(i32, &'static str),
}

use Line::{Answers, Closes, Customer, Notes, Rates, Takes};

pub(super) const TALKS: &[Talk] = &[
    Talk {
        name: "Marina Castro",
        email: Some("marina.castro@correio.example"),
        minutes_ago: 1480,
        said: &[
            Customer("Olá"),
            Customer("Preciso de suporte"),
            Customer("Duas caixas do piso chegaram quebradas"),
            Takes("Bruno"),
            Answers("Bruno", "Oi, Marina! Sinto muito. Pode mandar o número do pedido?"),
            Customer("4417"),
            Notes("Bruno", "Transportadora avisada, repõe na quinta."),
            Answers(
                "Bruno",
                "Achei. As duas caixas novas chegam na quinta-feira, sem custo.",
            ),
            Customer("Perfeito, obrigada!"),
            Closes("Bruno", "Reposição agendada"),
            Rates(5, "Rápido e gentil"),
        ],
    },
    Talk {
        name: "Josué Batista",
        email: None,
        minutes_ago: 75,
        said: &[
            Customer("Bom dia"),
            Customer("1"),
            Customer("Josué"),
            Customer("Cimento e areia para uma laje de 80 m²"),
            Takes("Ana"),
            Answers(
                "Ana",
                "Bom dia, Josué! Para 80 m² seriam uns 70 sacos. Entrega na obra?",
            ),
            Customer("Isso, em Jundiaí. Quanto fica?"),
        ],
    },
    Talk {
        name: "Síndica do Edifício Ipê",
        email: Some("sindica@edificioipe.example"),
        minutes_ago: 22,
        said: &[
            Customer("Boa tarde, quero falar com alguém"),
            Customer("3"),
            Customer("É sobre a pintura da fachada"),
        ],
    },
    Talk {
        name: "Visitante",
        email: None,
        minutes_ago: 4,
        said: &[Customer("Oi, vocês entregam no sábado?")],
    },
];

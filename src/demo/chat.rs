//! What the people of the demonstration said to each other.

/// A room, and what was said in it.
pub(super) struct DemoRoom {
    /// None: the room of everybody.
    pub(super) name: Option<&'static str>,
    /// The first names of who is in it; whoever comes first made it.
    pub(super) people: &'static [&'static str],
    pub(super) said: &'static [Said],
}

pub(super) struct Said {
    pub(super) by: &'static str,
    /// Before now.
    pub(super) minutes_ago: i64,
    pub(super) text: &'static str,
}

const fn said(minutes_ago: i64, by: &'static str, text: &'static str) -> Said {
    Said { by, minutes_ago, text }
}

pub(super) const ROOMS: &[DemoRoom] = &[
    DemoRoom {
        name: None,
        people: &["Helena"],
        said: &[
            said(
                2890,
                "Helena",
                "Bom dia! A partir de hoje os pedidos das obras ficam no quadro “Obras e construtoras”.",
            ),
            said(2871, "Vera", "Ótimo, já passei os meus três para lá."),
            said(2864, "Bruno", "E as trocas de piso continuam no pós-venda?"),
            said(2860, "Helena", "Isso, Bruno. Tudo o que vem depois da entrega fica lá."),
            said(
                1500,
                "Ana",
                "Pessoal, o cimento CP II subiu 4% na tabela nova. Já atualizei os orçamentos abertos.",
            ),
            said(
                1492,
                "Vitor",
                "Obrigado, Ana! Vou avisar a Vista Serena antes que a proposta vença.",
            ),
            said(
                64,
                "Valéria",
                "Alguém tem a ficha técnica do porcelanato acetinado 80x80?",
            ),
            said(58, "Ana", "Tenho, mando para você agora."),
        ],
    },
    DemoRoom {
        name: Some("Entregas de quinta"),
        people: &["Vera", "Vitor", "Bruno"],
        said: &[
            said(
                1330,
                "Vera",
                "O caminhão sai às 7h30. Primeira parada: Colégio Estrela da Manhã.",
            ),
            said(
                1322,
                "Bruno",
                "A portaria do colégio pede o nome do motorista até as 18h.",
            ),
            said(1318, "Vera", "É o seu Jair. Pode mandar para eles?"),
            said(1316, "Bruno", "Mandei."),
            said(
                41,
                "Vitor",
                "O Clube Vila Nova confirmou o recebimento, faltou só uma caixa de rejunte.",
            ),
        ],
    },
    DemoRoom {
        name: Some("Tabela de preços"),
        people: &["Helena", "Ana", "Vera", "Vitor", "Valéria"],
        said: &[
            said(
                4400,
                "Helena",
                "Tabela de novembro publicada. Desconto máximo sem aprovação: 6%.",
            ),
            said(4388, "Valéria", "Vale para pedidos acima de R$ 50 mil também?"),
            said(4380, "Helena", "Acima de 50 mil falem comigo antes, por favor."),
        ],
    },
];

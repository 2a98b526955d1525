//! What a run of the floor costs over a hundred thousand clients and two hundred sellers, against the database that `DATABASE_URL`
//! names: `balcao postgres --throwaway -- cargo bench --bench floor`.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails should fail loudly")]

fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("DATABASE_URL names no database: nothing is measured");
        return;
    };
    for figure in balcao::bench::floor_figures(&url, 100_000, 200).unwrap() {
        println!("{:>8.2?}  {:>7} moved  {}", figure.took, figure.moved, figure.what);
    }
}

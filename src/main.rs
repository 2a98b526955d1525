//! The program: everything it does is in [`balcao::cli`].

fn main() -> std::process::ExitCode {
    balcao::cli::main()
}

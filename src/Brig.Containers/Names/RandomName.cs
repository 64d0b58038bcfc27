namespace Brig.Containers.Names;

/// <summary>Names for containers that were given none: an adjective and the surname of a scientist or engineer.</summary>
public static class RandomName
{
    // One text each, cut when a name is wanted: no array is built by a command that makes none.
    private const string Adjectives =
        "able agile alert amber ample apt ardent astute avid balmy bold brave breezy bright brisk calm candid careful cheery chipper "
        + "civil clear clever cosmic cosy crisp curious dapper daring deft diligent dreamy eager early earnest elated epic fair fearless "
        + "festive fluent fond frank fresh frosty gallant gentle genial gleeful golden graceful grand handy hardy hearty honest hopeful "
        + "humble jaunty jolly jovial keen kind lively loyal lucid lucky mellow merry mighty mirthful modest neat nimble noble patient "
        + "placid plucky polite proud prudent quick quiet radiant ready robust rosy serene sharp shiny silent sincere sleek smart snug "
        + "sober solar spry stable stellar sturdy subtle sunny swift tender thrifty tidy tranquil trusty upbeat valiant vivid warm wise witty zesty";

    private const string Surnames =
        "abel ampere archimedes arrhenius avogadro babbage banach bardeen becquerel bell bernoulli berzelius bessemer bohr boltzmann boole "
        + "born bose boyle brahe brunel cantor carnot carson cauchy cavendish celsius chandrasekhar cockerell copernicus coulomb crick curie cuvier "
        + "dalton darwin davy descartes diesel dijkstra dirac doppler edison eiffel einstein elion erdos euclid euler faraday fermat fermi "
        + "feynman fibonacci fleming foucault fourier franklin fresnel galileo galois galvani gauss germain goddard godel goodall halley "
        + "hamilton heaviside heisenberg helmholtz henry herschel hertz hilbert hodgkin hooke hopper hubble huygens hypatia jemison johnson "
        + "joule kelvin kepler khwarizmi kirchhoff koch kovalevskaya lagrange lamarr laplace lavoisier leavitt leibniz linnaeus lovelace lyell "
        + "marconi maxwell mcclintock meitner mendel mendeleev michelson moissan napier newton nightingale nobel noether ohm oppenheimer "
        + "oersted pascal pasteur pauli pauling perlman planck poincare priestley ramanujan rayleigh riemann roentgen rutherford sagan salk "
        + "schrodinger shannon siemens somerville stephenson stokes tesla thales torricelli turing volta watt wegener wiener wing wright wu yalow young yukawa zuse";

    /// <param name="taken">Names in use; while the one drawn is, another is drawn, with a digit behind it after a few.</param>
    public static string Next(Random random, Func<string, bool> taken)
    {
        string[] adjectives = Adjectives.Split(' ');
        string[] surnames = Surnames.Split(' ');
        for (int attempt = 0; ; attempt++)
        {
            string name = $"{adjectives[random.Next(adjectives.Length)]}_{surnames[random.Next(surnames.Length)]}";
            name = attempt < 5 ? name : name + random.Next(10 * attempt);
            if (!taken(name))
            {
                return name;
            }
        }
    }
}

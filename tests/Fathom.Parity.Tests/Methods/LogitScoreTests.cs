using Fathom.Insight.Detection;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json <c>logit_scores</c>.</summary>
public sealed class LogitScoreTests
{
    [Fact]
    public void ScoresOfLogits()
    {
        var data = Golden.Json("ood.json")["logit_scores"]!;
        var logits = Golden.Numbers(data["logits_full_vocab"]);
        double[] classes = [.. Golden.Numbers(data["class_token_ids"]).Select(token => logits[(int)token])];
        var all = ClassLogits.LogSumExp(logits);
        Golden.Near(Golden.Number(data["energy_full_vocab"]), all, 1e-9, "log-sum-exp");
        Golden.Near(Golden.Numbers(data["softmax_full"]), ClassLogits.Probabilities(logits), 1e-9, "softmax");
        Golden.Near(Golden.Number(data["msp_reference_max_over_class_tokens_of_full_softmax"]), ClassLogits.Softmax(classes, all), 1e-9, "MSP");
        Golden.Near(Golden.Number(data["msp_renormalised_over_classes"]), ClassLogits.SoftmaxOverClasses(classes), 1e-9, "renormalised");
        Golden.Near(Golden.Number(data["energy_reference_logsumexp_class_logits"]), ClassLogits.Energy(classes), 1e-9, "energy");
        Golden.Near(Golden.Number(data["energy_T2_class_logits(T*lse(z/T))"]), ClassLogits.Energy(classes, 2), 1e-9, "T = 2");
        Golden.Near(Golden.Number(data["max_logit_class"]), ClassLogits.Largest(classes), 1e-12, "largest");
        Golden.Near(Golden.Number(data["entropy_full_nats"]), ClassLogits.Entropy(logits), 1e-9, "entropy");
        var steep = Golden.Numbers(data["stability"]!["logits"]);
        Golden.Near(Golden.Numbers(data["stability"]!["softmax"]), ClassLogits.Probabilities(steep), 1e-9, "steep");
        Golden.Near(Golden.Number(data["stability"]!["logsumexp"]), ClassLogits.LogSumExp(steep), 1e-9, "steep sum");
    }
}

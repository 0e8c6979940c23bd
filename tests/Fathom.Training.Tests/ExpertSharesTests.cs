using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class ExpertSharesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheGradientIsThatOfTheSoftmaxOverTheKeptOrOverAll(bool normalised)
    {
        const int Experts = 5, PerToken = 2;
        float[] numbers = [0.3f, -1, 1.2f, 0.7f, 0, 2, 1, -0.5f, 0.1f, 1.6f];
        float[] weights = [0.5f, 1, -2, 3, 0.2f, -1, 0.4f, 2, 1, 0.7f];
        double Loss(double[] x)
        {
            var loss = 0.0;
            for (var row = 0; row < 2; row++)
            {
                var own = x[(row * Experts)..((row + 1) * Experts)];
                var kept = own.Index().OrderByDescending(pair => pair.Item).Take(PerToken).Select(pair => pair.Index).ToArray();
                var total = normalised ? kept.Sum(i => Math.Exp(own[i])) : own.Sum(Math.Exp);
                loss += kept.Sum(i => weights[row * Experts + i] * Math.Exp(own[i]) / total);
            }

            return loss;
        }

        using var device = new AutogradDevice(1);
        using var x = device.NewVariable(true, 2, Experts);
        numbers.CopyTo(x.Values);
        using var tape = new Tape(device);
        var y = tape.ExpertShares(x, PerToken, normalised);
        Assert.Equal(2 * PerToken, y.Values.ToArray().Count(share => share != 0));
        var sum = tape.Sum(y, weights);
        Assert.Equal(Loss([.. numbers.Select(value => (double)value)]), sum.Values[0], 1e-6);
        tape.Backward(sum);
        for (var i = 0; i < numbers.Length; i++)
        {
            double Moved(double step) => Loss([.. numbers.Select((value, at) => at == i ? value + step : value)]);
            Assert.Equal((Moved(1e-5) - Moved(-1e-5)) / 2e-5, x.Gradient[i], 1e-6);
        }
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void ARoutersAuxiliaryLossThatIsAskedForIsRefusedByName(string asked, bool refused)
    {
        var config = $$"""
            {"model_type":"mixtral","hidden_size":16,"intermediate_size":24,"num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":1,"max_position_embeddings":64,
             "vocab_size":40,"rms_norm_eps":1e-5,"hidden_act":"silu","num_local_experts":4,"num_experts_per_tok":2,"output_router_logits":{{asked}}}
            """;
        using var device = new AutogradDevice(1);
        TrainableModel Make() => TrainableModel.FromConfig(System.Text.Encoding.UTF8.GetBytes(config), device, 1);
        if (refused) Assert.Contains("output_router_logits", Assert.Throws<FathomException>(Make).Message, StringComparison.Ordinal);
        else Make().Dispose();
    }
}
